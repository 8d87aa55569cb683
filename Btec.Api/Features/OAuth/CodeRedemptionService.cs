using Btec.Api.Features.Grants;
using Btec.Api.Features.Sessions;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.OAuth;

/// <summary>Exchanges authorization codes for tokens (RFC 6749 section 4.1.3), each once.</summary>
internal sealed partial class CodeRedemptionService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    GrantService grants,
    SessionLocks sessionLocks,
    SessionRevocation revocation,
    ClientSessionService sessions,
    SessionTokens tokens,
    TimeProvider clock,
    ILogger<CodeRedemptionService> logger)
{
    /// <summary>Redeems a code. A code whose client, redirect URI or verifier is wrong stays as it is: whoever does not have all of them
    /// may have seen it pass, and must neither use it up nor end its session.</summary>
    /// <returns>The tokens, or the reason for the refusal. A second use ends the session of the first: one of the two may be a
    /// thief (RFC 6749 section 4.1.2).</returns>
    public async Task<Result<GrantedTokens>> RedeemAsync(
        PresentedCode presented, RegisteredClient client, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(presented);
        ArgumentNullException.ThrowIfNull(client);
        if (await FindAsync(presented, client, cancellationToken) is not { } code)
            return Refuse(AuthError.AuthorizationCodeInvalid, client);

        if (code.UsedAt is null && client.Id != PageClient.Id && !client.MayStillAskFor(code.RedirectUri, code.Scope, code.Resource))
            return Refuse(AuthError.AuthorizationCodeInvalid, client);

        if (code.UsedAt is null && presented.Resource is { } resource && resource != code.Resource)
            return Refuse(AuthError.ResourceInvalid, client);

        if (code.UsedAt is null && await TryRedeemAsync(code, client, origin, cancellationToken) is { } granted)
            return granted;

        return Refuse(await ExplainAsync(code.Hash, origin, cancellationToken), client);
    }

    private async Task<AuthorizationCode?> FindAsync(
        PresentedCode presented, RegisteredClient client, CancellationToken cancellationToken)
    {
        if (RandomSecret.FindHash(presented.Code.Reveal()) is not { } hash)
            return null;

        var challenge = CodeVerifier.ChallengeOf(presented.Verifier.Reveal());
        return await database.AuthorizationCodes.AsNoTracking().SingleOrDefaultAsync(
            code => code.Hash == hash
                && code.ClientId == client.Id
                && code.RedirectUri == presented.RedirectUri
                && code.CodeChallenge == challenge,
            cancellationToken);
    }

    private Task<GrantedTokens?> TryRedeemAsync(
        AuthorizationCode code, RegisteredClient client, AuditOrigin origin, CancellationToken cancellationToken) =>
        client.Id == PageClient.Id
            ? ContinueBrowserSessionAsync(code, cancellationToken)
            : StartSessionAsync(code, client, origin, cancellationToken);

    /// <summary>Returns a token of the browser's own session, for the built-in pages, or <see langword="null"/> if the code cannot be
    /// redeemed.</summary>
    private async Task<GrantedTokens?> ContinueBrowserSessionAsync(AuthorizationCode code, CancellationToken cancellationToken)
    {
        if (await UseUpAsync(code, sessionId: null, cancellationToken) == 0
            || await database.Sessions.AsNoTracking().Include(session => session.User)
                .SingleOrDefaultAsync(session => session.Id == code.BrowserSessionId, cancellationToken) is not { User: { } user } browser)
            return null;

        var granted = await tokens.IssueAsync(user, browser, scope: null, nonce: null, refreshToken: null, cancellationToken);
        return granted with { Scope = code.Scope };
    }

    /// <summary>Starts the client's session, or returns <see langword="null"/> if the code cannot be redeemed.</summary>
    private async Task<GrantedTokens?> StartSessionAsync(
        AuthorizationCode code, RegisteredClient client, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var sessionId = Guid.CreateVersion7(clock.GetStoredNow());
        var isRefreshable = GrantedScope.Has(code.Scope, ScopeRules.OfflineAccess)
            && client.GrantTypes.Contains(GrantTypes.RefreshToken, StringComparer.Ordinal);
        var (started, user) = await audit.CommitAsync<(ClientSession?, User?)>(
            async (batch, cancel) =>
            {
                // Locked first, as a password change and a deletion do: the code belongs to the user. The browser's session is kept, so
                // that a sign-out at this moment either voids the code or ends the new session, too. The consent may have been withdrawn
                // since, or the client may not be a first party any more.
                if (await locks.TakeForLoginAsync(code.UserId, cancel) is not { } owner
                    || await sessionLocks.KeepAsync(code.BrowserSessionId, cancel) is not { } browser
                    || (!client.IsFirstParty && !await grants.HasConsentedAsync(code.UserId, client.Id, code.Scope, cancel))
                    || await UseUpAsync(code, sessionId, cancel) == 0)
                    return (null, null);

                return (await sessions.StartAsync(sessionId, owner, browser, code, isRefreshable, batch, origin, cancel), owner);
            },
            cancellationToken);
        if (started is null || user is null)
            return null;

        LogRedeemed(client.Id, started.Session.Id, user.Id);
        return await tokens.IssueAsync(user, started.Session, code.Scope, code.Nonce, started.RefreshToken, cancellationToken);
    }

    /// <summary>Uses up a code. One statement decides: of any number of simultaneous attempts only one finds it unused. It is void once
    /// the browser's session has ended or the user is inactive.</summary>
    private Task<int> UseUpAsync(AuthorizationCode code, Guid? sessionId, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var living = database.Sessions.Living(now);
        return database.AuthorizationCodes
            .Where(row => row.Hash == code.Hash
                && row.UsedAt == null
                && row.ExpiresAt > now
                && row.User!.IsActive
                && living.Any(session => session.Id == row.BrowserSessionId && session.UserId == row.UserId))
            .ExecuteUpdateAsync(
                row => row.SetProperty(used => used.UsedAt, now).SetProperty(used => used.SessionId, sessionId), cancellationToken);
    }

    /// <summary>Returns the reason why a code could not be redeemed, and ends its session if it was used before.</summary>
    private async Task<AuthError> ExplainAsync(byte[] hash, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var code = await database.AuthorizationCodes.AsNoTracking().Include(row => row.User)
            .SingleOrDefaultAsync(row => row.Hash == hash, cancellationToken);
        if (code is null)
            return AuthError.AuthorizationCodeInvalid;

        if (code.UsedAt is not null)
        {
            await EndReusedAsync(code, origin, cancellationToken);
            return AuthError.AuthorizationCodeReused;
        }

        return code.ExpiresAt <= clock.GetStoredNow() ? AuthError.AuthorizationCodeExpired
            : code.User!.IsActive ? AuthError.SessionEnded
            : AuthError.AccountInactive;
    }

    private Task<bool> EndReusedAsync(AuthorizationCode code, AuditOrigin origin, CancellationToken cancellationToken) => audit.CommitAsync(
        async (batch, cancel) =>
        {
            var ended = code.SessionId is { } sessionId && await revocation.EndAsync(code.UserId, sessionId, cancel);
            // If several copies arrive at once, only the one that ends the session is audited.
            if (ended)
            {
                batch.Record(
                    AuditTypes.CodeReused, code.UserId, actorId: null, origin, code.SessionId,
                    AuthError.AuthorizationCodeReused.Code,
                    new Dictionary<string, object?>(StringComparer.Ordinal) { ["client_id"] = code.ClientId });
            }

            return ended;
        },
        cancellationToken);

    private AuthError Refuse(AuthError error, RegisteredClient client)
    {
        LogRefused(error.Code, client.Id);
        return error;
    }

    [LoggerMessage(LogLevel.Information, "Client {ClientId} started session {SessionId} of user {UserId}.")]
    private partial void LogRedeemed(string clientId, Guid sessionId, int userId);

    [LoggerMessage(LogLevel.Warning, "Authorization code refused: {Code}, client {ClientId}.")]
    private partial void LogRefused(string code, string clientId);
}
