using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Audit;

namespace Btec.Api.Features.Authorize;

/// <summary>Signs browsers out on behalf of clients (OpenID Connect RP-Initiated Logout 1.0).</summary>
internal sealed class ClientLogoutService(ClientRegistry clients, IdTokenReader hints, SessionService sessions)
{
    /// <summary>Signs a browser out if the client shows an id token of its user. Otherwise the user must be asked: anybody can link to a
    /// logout.</summary>
    /// <param name="form">The parameters.</param>
    /// <param name="browser">The signed-in session of the browser, or <see langword="null"/>.</param>
    /// <param name="root">The URL under which the pages are reached.</param>
    /// <param name="origin">The browser.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<LogoutOutcome> LogoutAsync(
        LogoutForm form, CurrentUser? browser, string root, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(form);
        var hint = form.IsRepeated || form.IdTokenHint is not { } token ? null : await hints.ReadAsync(token, cancellationToken);
        if (hint is not null && form.ClientId is { } sent && sent != hint.ClientId)
            return new LogoutOutcome.Refused(AuthError.ClientUnknown);

        string? target = null;
        if (form.IsRepeated || form.RedirectUri is not null)
        {
            var (uri, refusal) = await FindTargetAsync(form, hint?.ClientId ?? form.ClientId, root, cancellationToken);
            if (refusal is not null)
                return new LogoutOutcome.Refused(refusal);

            target = uri;
        }

        if (browser is null)
            return new LogoutOutcome.Done(target);

        if (hint?.UserId != browser.User.Id)
            return new LogoutOutcome.Asked();

        await sessions.LogoutAsync(browser.User.Id, browser.SessionId, LogoutScope.Local, origin, cancellationToken);
        return new LogoutOutcome.Done(target);
    }

    private async Task<(string? Uri, AuthError? Refusal)> FindTargetAsync(
        LogoutForm form, string? clientId, string root, CancellationToken cancellationToken)
    {
        if (clientId is null || await clients.FindAsync(clientId, root, cancellationToken) is not { } client)
            return (null, AuthError.ClientUnknown);

        return form.RedirectUri is { } uri && RedirectUri.IsRegistered(client.PostLogoutRedirectUris, uri)
            ? (ClientRedirect.AfterLogout(uri, form.State), null)
            : (null, AuthError.RedirectUriInvalid);
    }
}
