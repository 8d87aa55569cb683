using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Sessions;

/// <summary>Exchanges refresh tokens (RFC 6749 section 6), each once (RFC 9700 section 4.14.2).</summary>
internal sealed partial class RefreshService(
    BtecDbContext database,
    SessionLocks locks,
    SessionRevocation revocation,
    RefreshTokenFamilies families,
    AuditTrail audit,
    RefreshBinding binding,
    SessionTokens tokens,
    SessionLifetimes lifetimes,
    SessionMetrics metrics,
    IOptions<SessionOptions> options,
    TimeProvider clock,
    ILogger<RefreshService> logger)
{
    /// <summary>Exchanges a token for its successor and a new access token.</summary>
    /// <returns>The pair, or the reason for the refusal. A token that was used before ends its session, because it may have been
    /// stolen, unless it is the last used one within the grace window.</returns>
    public async Task<Result<GrantedTokens>> RefreshAsync(
        RefreshAttempt request, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (RefreshTokenValue.Parse(request.RefreshToken) is not { } presented)
            return Refuse(AuthError.RefreshTokenInvalid, sessionId: null);

        // After a transient fault the whole unit is retried. If the first attempt was committed although its answer was lost,
        // the retry finds the token used and returns the same pair, within the grace window.
        return await database.Database.CreateExecutionStrategy().ExecuteAsync(
            async cancel =>
            {
                database.ChangeTracker.Clear();
                return await ClaimAsync(presented, request, cancel) ?? await ExplainAsync(presented, request, origin, cancel);
            },
            cancellationToken);
    }

    /// <summary>Claims an unused token, stores its successor and deletes the token two before it, which is then recognized by
    /// its family only. One statement decides: of any number of simultaneous attempts only one finds the token unused.</summary>
    /// <returns>The pair, or <see langword="null"/> if the token could not be claimed.</returns>
    private async Task<Result<GrantedTokens>?> ClaimAsync(
        RefreshTokenValue presented, RefreshAttempt request, CancellationToken cancellationToken)
    {
        var (hash, now) = (presented.Hash(), clock.GetStoredNow());
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await locks.TakeByUnusedRefreshTokenAsync(hash, cancellationToken) is not { } session)
            return null;

        var scope = await binding.FindScopeAsync(session, request, cancellationToken);
        if (!scope.IsSuccess)
            return Refuse(scope.Error, session.Id);

        var successor = families.Successor(session, presented);
        var successorHash = successor.Hash();
        var claimed = await database.RefreshTokens
            .Where(token => token.Hash == hash
                && token.ConsumedAt == null
                && token.ExpiresAt > now
                && token.Session!.RevokedAt == null
                && token.Session.Epoch == token.Session.User!.SessionEpoch
                && token.Session.ExpiresAt > now
                && token.Session.User.IsActive)
            .ExecuteUpdateAsync(
                row => row.SetProperty(token => token.ConsumedAt, now).SetProperty(token => token.SuccessorHash, successorHash),
                cancellationToken);
        if (claimed == 0)
            return null;

        var previous = database.RefreshTokens.Where(token => token.Hash == hash).Select(token => token.PredecessorHash);
        var beforePrevious = database.RefreshTokens.Where(token => previous.Contains(token.Hash)).Select(token => token.PredecessorHash);
        await database.RefreshTokens.Where(token => beforePrevious.Contains(token.Hash)).ExecuteDeleteAsync(cancellationToken);
        session.TokenFamily = families.HashOf(successor);
        session.ExpiresAt = session.ClientId is null
            ? lifetimes.SessionEnd(session.CreatedAt, now)
            : lifetimes.ClientSessionEnd(session.CreatedAt, now, isRefreshable: true);
        var expiresAt = lifetimes.RefreshEnd(session.CreatedAt, now);
        database.RefreshTokens.Add(new RefreshToken
        {
            Hash = successorHash,
            PredecessorHash = hash,
            SessionId = session.Id,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        });
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        metrics.CountRefresh("refreshed");
        LogRefreshed(session.Id);
        return await IssueAsync(session, scope.Value, new IssuedRefreshToken(successor, expiresAt - now), cancellationToken);
    }

    /// <summary>Returns the reason why a token could not be claimed, or the same pair again for the last used token within
    /// the grace window.</summary>
    private async Task<Result<GrantedTokens>> ExplainAsync(
        RefreshTokenValue presented, RefreshAttempt request, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var (hash, now) = (presented.Hash(), clock.GetStoredNow());
        var found = await database.RefreshTokens.AsNoTracking()
            .Include(token => token.Session!.User)
            .SingleOrDefaultAsync(token => token.Hash == hash, cancellationToken);
        if ((found?.Session ?? await families.FindSessionAsync(presented, cancellationToken)) is not { User: { } user } session)
            return Refuse(AuthError.RefreshTokenInvalid, sessionId: null);

        var scope = await binding.FindScopeAsync(session, request, cancellationToken);
        if (!scope.IsSuccess)
            return Refuse(scope.Error, session.Id);

        if (session.HasEnded())
            return Refuse(AuthError.SessionEnded, session.Id);

        if (session.ExpiresAt <= now)
            return Refuse(AuthError.RefreshTokenExpired, session.Id);

        // The token was used so long ago that only its family is known.
        if (found is null)
            return await EndReusedAsync(session, origin, cancellationToken);

        if (found.ConsumedAt is not { } consumedAt)
            return Refuse(user.IsActive ? AuthError.RefreshTokenExpired : AuthError.AccountInactive, session.Id);

        var next = await database.RefreshTokens.AsNoTracking()
            .SingleOrDefaultAsync(token => token.Hash == found.SuccessorHash, cancellationToken);
        if (next is not { ConsumedAt: null } || now - consumedAt > options.Value.RefreshGrace)
            return await EndReusedAsync(session, origin, cancellationToken);

        if (!user.IsActive)
            return Refuse(AuthError.AccountInactive, session.Id);

        // The key that derived the stored successor is no longer configured, so the successor cannot be derived again.
        if (families.FindSuccessor(session, presented, next.Hash) is not { } successor)
            return Refuse(AuthError.RefreshTokenInvalid, session.Id);

        metrics.CountRefresh("repeated");
        LogRepeated(session.Id);
        return await IssueAsync(session, scope.Value, new IssuedRefreshToken(successor, next.ExpiresAt - now), cancellationToken);
    }

    private Task<GrantedTokens> IssueAsync(
        Session session, string scope, IssuedRefreshToken refreshToken, CancellationToken cancellationToken) =>
        tokens.IssueAsync(session.User!, session, scope, nonce: null, refreshToken, cancellationToken);

    private async Task<Result<GrantedTokens>> EndReusedAsync(Session session, AuditOrigin origin, CancellationToken cancellationToken)
    {
        await audit.CommitAsync(
            async (batch, cancel) =>
            {
                var ended = await revocation.EndAsync(session.UserId, session.Id, cancel);
                // If several copies arrive at once, only the one that ends the session is audited.
                if (ended)
                {
                    batch.Record(
                        AuditTypes.RefreshTokenReused, session.UserId, actorId: null, origin, session.Id,
                        AuthError.RefreshTokenReused.Code);
                }

                return ended;
            },
            cancellationToken);
        return Refuse(AuthError.RefreshTokenReused, session.Id);
    }

    private AuthError Refuse(AuthError error, Guid? sessionId)
    {
        metrics.CountRefresh(error.Code);
        LogRefused(error.Code, sessionId);
        return error;
    }

    [LoggerMessage(LogLevel.Information, "Refreshed session {SessionId}.")]
    private partial void LogRefreshed(Guid sessionId);

    [LoggerMessage(LogLevel.Information, "Refreshed session {SessionId} again with its last token, within the grace window.")]
    private partial void LogRepeated(Guid sessionId);

    [LoggerMessage(LogLevel.Warning, "Refresh refused: {Code}, session {SessionId}.")]
    private partial void LogRefused(string code, Guid? sessionId);
}
