using Btec.Api.Features.Grants;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Authorize;

/// <summary>Shows and answers the authorization requests that wait for their user.</summary>
internal sealed class ConsentService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    ClientRegistry clients,
    GrantService grants,
    AuthorizationNeeds needs,
    AuthorizationCodes codes,
    ClientRedirect redirects,
    TimeProvider clock)
{
    /// <summary>Finds a request that waits, and what for.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="browser">The signed-in session of the browser, or <see langword="null"/>.</param>
    /// <param name="root">The URL under which the pages are reached.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns>The request, or <see langword="null"/> if it is unknown, expired or answered, or asks for what was taken away from the
    /// client meanwhile.</returns>
    public async Task<WaitingAuthorization?> FindAsync(
        string id, CurrentUser? browser, string root, CancellationToken cancellationToken)
    {
        if (RandomSecret.FindHash(id) is not { } hash)
            return null;

        var now = clock.GetStoredNow();
        if (await database.AuthorizationRequests.AsNoTracking()
                .SingleOrDefaultAsync(row => row.Hash == hash && row.ExpiresAt > now, cancellationToken) is not { } request
            || await clients.FindAsync(request.ClientId, root, cancellationToken) is not { } client
            || !client.MayStillAskFor(request.RedirectUri, request.Scope, request.Resource))
            return null;

        return new WaitingAuthorization(request, client, await needs.FindAsync(request, client, browser, cancellationToken));
    }

    /// <summary>Answers a request for the user who is signed in. One statement decides, so that of any number of simultaneous answers one
    /// counts.</summary>
    /// <returns>The redirect URI, or <see cref="AuthError.NotFound"/> if the request is unknown, expired or answered, or
    /// <see cref="AuthError.NotSignedIn"/> if the user must sign in again.</returns>
    public async Task<Result<Secret>> AnswerAsync(
        string id, bool isAllowed, CurrentUser browser, string root, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(browser);
        if (await FindAsync(id, browser, root, cancellationToken) is not { } waiting)
            return AuthError.NotFound;

        var request = waiting.Request;
        if (!isAllowed)
            return await RefuseAsync(request, AuthorizationFault.AccessDenied, cancellationToken);

        if (waiting.Need != AuthorizationNeed.SignIn)
            return await AllowAsync(waiting, browser, origin, cancellationToken);

        if (!AuthorizationNeeds.IsProofOf(request, browser))
            return AuthError.NotSignedIn;

        // The user has just signed in, so that the client decides how to go on.
        var fault = AuthorizationNeeds.IsExpected(request, browser) ? AuthorizationFault.UnmetRequirements : AuthorizationFault.UserUnexpected;
        return await RefuseAsync(request, fault, cancellationToken);
    }

    private async Task<Result<Secret>> RefuseAsync(
        AuthorizationRequest request, AuthorizationFault fault, CancellationToken cancellationToken) =>
        await TakeAsync(request, cancellationToken)
            ? new Secret(redirects.WithError(request.RedirectUri, request.State, fault))
            : AuthError.NotFound;

    private Task<Result<Secret>> AllowAsync(
        WaitingAuthorization waiting, CurrentUser browser, AuditOrigin origin, CancellationToken cancellationToken) =>
        audit.CommitAsync<Result<Secret>>(
            async (batch, cancel) =>
            {
                // The consents of one user take turns.
                if (await locks.TakeForLoginAsync(browser.User.Id, cancel) is null || !await TakeAsync(waiting.Request, cancel))
                    return AuthError.NotFound;

                if (!waiting.Client.IsFirstParty)
                {
                    var scopes = AuthorizationPrompt.Split(waiting.Request.Scope);
                    await grants.GiveAsync(batch, browser.Actor, waiting.Request.ClientId, scopes, origin, cancel);
                }

                var code = codes.Add(waiting.Request, browser);
                return new Secret(redirects.WithCode(waiting.Request.RedirectUri, waiting.Request.State, code));
            },
            cancellationToken);

    /// <summary>Deletes a request.</summary>
    /// <returns><see langword="true"/> if this call deleted it.</returns>
    private async Task<bool> TakeAsync(AuthorizationRequest request, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await database.AuthorizationRequests.Where(row => row.Hash == request.Hash && row.ExpiresAt > now)
            .ExecuteDeleteAsync(cancellationToken) == 1;
    }
}
