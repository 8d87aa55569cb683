using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Keys;
using Btec.Data.Model;

namespace Btec.Api.Features.Authorize;

/// <summary>Takes authorization requests (RFC 6749 section 4.1.1, OpenID Connect Core 1.0 section 3.1.2).</summary>
internal sealed class AuthorizationService(
    BtecDbContext database,
    ClientRegistry clients,
    AuthorizationRules rules,
    AuthorizationNeeds needs,
    AuthorizationCodes codes,
    IdTokenReader hints,
    ClientRedirect redirects)
{
    /// <summary>Answers a request at once if its user is signed in and nothing needs to be asked. Otherwise stores it until its user has
    /// signed in or consented.</summary>
    /// <param name="form">The parameters.</param>
    /// <param name="browser">The signed-in session of the browser, or <see langword="null"/>.</param>
    /// <param name="root">The URL under which the pages are reached.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<AuthorizationOutcome> BeginAsync(
        AuthorizationForm form, CurrentUser? browser, string root, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (form.Find(AuthorizationForm.ClientId) is not { } clientId
            || await clients.FindAsync(clientId, root, cancellationToken) is not { } client)
            return new AuthorizationOutcome.Refused(AuthError.ClientUnknown);

        if (form.Find(AuthorizationForm.RedirectUri) is not { } redirectUri
            || !RedirectUri.IsRegistered(client.RedirectUris, redirectUri))
            return new AuthorizationOutcome.Refused(AuthError.RedirectUriInvalid);

        var state = form.Find(AuthorizationForm.State) is { } sent && AuthorizationRules.IsState(sent) ? sent : null;
        var id = RandomSecret.Create();
        var (isReadable, userId) = await ReadHintAsync(form, client, cancellationToken);
        var isExpected = isReadable && (userId is null || browser is null || browser.User.Id == userId);
        var (request, fault) = rules.Read(form, client, redirectUri, id, userId, asksForLogin: !isExpected);
        return request is null
            ? Tell(redirectUri, state, fault!)
            : await BeginAsync(request, id, client, isExpected ? browser : null, cancellationToken);
    }

    /// <summary>Reads which user the client expects. After an id token that nothing can be read of the user signs in again (OpenID Connect
    /// Core 1.0 section 3.1.2.1).</summary>
    private async Task<(bool IsReadable, int? UserId)> ReadHintAsync(
        AuthorizationForm form, RegisteredClient client, CancellationToken cancellationToken)
    {
        if (form.Find(AuthorizationForm.IdTokenHint) is not { } token)
            return (true, null);

        return await hints.ReadAsync(token, cancellationToken) is { } hint && hint.ClientId == client.Id
            ? (true, hint.UserId)
            : (false, null);
    }

    private async Task<AuthorizationOutcome> BeginAsync(
        AuthorizationRequest request, string id, RegisteredClient client, CurrentUser? browser, CancellationToken cancellationToken)
    {
        var need = AuthorizationPrompt.AsksForLogin(request.Prompt)
            ? AuthorizationNeed.SignIn
            : await needs.FindAsync(request, client, browser, cancellationToken);
        if (need == AuthorizationNeed.Nothing)
        {
            var code = codes.Add(request, browser!);
            await database.SaveChangesAsync(cancellationToken);
            return new AuthorizationOutcome.Answered(new Secret(redirects.WithCode(request.RedirectUri, request.State, code)));
        }

        if (AuthorizationPrompt.Has(request.Prompt, AuthorizationPrompt.None))
        {
            return Tell(
                request.RedirectUri, request.State,
                need == AuthorizationNeed.SignIn ? AuthorizationFault.LoginRequired : AuthorizationFault.ConsentRequired);
        }

        database.AuthorizationRequests.Add(request);
        await database.SaveChangesAsync(cancellationToken);
        return new AuthorizationOutcome.Waiting(new Secret(id), need);
    }

    private AuthorizationOutcome.Answered Tell(string redirectUri, string? state, AuthorizationFault fault) =>
        new(new Secret(redirects.WithError(redirectUri, state, fault)));
}
