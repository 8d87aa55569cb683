using Btec.Api.Platform.BearerTokens;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Sessions;

/// <summary>Starts, lists and ends sessions.</summary>
internal sealed partial class SessionService(
    BtecDbContext database,
    AuditTrail audit,
    UserLocks locks,
    AccessTokenIssuer accessTokens,
    SessionLifetimes lifetimes,
    TimeProvider clock,
    ILogger<SessionService> logger)
{
    /// <summary>Starts a session for a user who has proved who they are.</summary>
    /// <returns>The tokens, or <see langword="null"/> if the user has been deleted or deactivated or has another password
    /// meanwhile. The caller must then authenticate the user again.</returns>
    public async Task<TokenPair?> StartAsync(User user, AuditOrigin origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(origin);
        var now = clock.GetStoredNow();
        var sessionId = Guid.CreateVersion7(now);
        var refreshToken = RefreshTokenValue.Create();
        var refreshEnd = lifetimes.RefreshEnd(now, now);
        var session = await audit.CommitAsync<Session?>(
            async (batch, cancel) =>
            {
                // A password change or a deactivation ends all sessions, so a login that began earlier must not add one.
                if (await locks.ShareAsync(user.Id, cancel) is not { IsActive: true } current
                    || current.HashedPassword != user.HashedPassword)
                    return null;

                // Each attempt has its own entity: that of a failed attempt would still be tracked with the previous user.
                var started = new Session
                {
                    Id = sessionId,
                    UserId = user.Id,
                    UserAgent = origin.UserAgent,
                    Address = origin.Address,
                    CreatedAt = now,
                    LastSeenAt = LastSeenWriter.ToMinute(now),
                    ExpiresAt = lifetimes.SessionEnd(now, now),
                };
                database.Sessions.Add(started);
                database.RefreshTokens.Add(new RefreshToken
                {
                    Hash = refreshToken.Hash(),
                    SessionId = sessionId,
                    CreatedAt = now,
                    ExpiresAt = refreshEnd,
                });
                batch.Record(AuditTypes.Login, user.Id, user.Id, origin, sessionId);
                return started;
            },
            cancellationToken);
        if (session is null)
            return null;

        LogStarted(session.Id, user.Id);
        return new TokenPair(await accessTokens.IssueAsync(user, session, cancellationToken), refreshToken, refreshEnd - now);
    }

    /// <summary>Lists the sessions of a user that are neither ended nor expired, newest first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(int userId, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await database.Sessions.AsNoTracking()
            .Where(session => session.UserId == userId && session.RevokedAt == null && session.ExpiresAt > now)
            .OrderByDescending(session => session.CreatedAt).ThenByDescending(session => session.Id)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Ends one session of a user.</summary>
    /// <param name="userId">The owner of the session.</param>
    /// <param name="sessionId">The session to end.</param>
    /// <param name="actorId">The user who ends it, or <see langword="null"/> if the request presented one of its tokens
    /// instead.</param>
    /// <param name="reason">The reason for the log and the audit.</param>
    /// <param name="origin">The client that sent the request.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    /// <returns><see langword="true"/> if the user had an active session with this id.</returns>
    public async Task<bool> EndAsync(
        int userId, Guid sessionId, int? actorId, string reason, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var ended = await audit.CommitAsync(
            async (batch, cancel) =>
            {
                var count = await EndAsync(
                    database.Sessions.Where(session => session.UserId == userId && session.Id == sessionId), cancel);
                if (count > 0)
                    batch.Record(AuditTypes.SessionEnded, userId, actorId, origin, sessionId, details: Reason(reason, count));

                return count;
            },
            cancellationToken);
        if (ended > 0)
            LogEnded(sessionId, userId, reason);

        return ended > 0;
    }

    /// <summary>Ends the session of the caller, the others of the same user, or all of them.</summary>
    /// <returns>The number of sessions that were ended.</returns>
    public async Task<int> LogoutAsync(
        int userId, Guid sessionId, LogoutScope scope, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var ended = await audit.CommitAsync(
            async (batch, cancel) =>
            {
                var count = await EndAsync(userId, sessionId, scope, cancel);
                batch.Record(
                    AuditTypes.Logout, userId, userId, origin, sessionId,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal)
                    {
                        ["scope"] = scope.ToString().ToLowerInvariant(),
                        ["sessions"] = count,
                    });
                return count;
            },
            cancellationToken);
        LogLoggedOut(sessionId, userId, scope, ended);
        return ended;
    }

    /// <summary>Ends every session of a user.</summary>
    /// <returns>The number of sessions that were ended.</returns>
    public async Task<int> EndAllAsync(int userId, string reason, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var ended = await audit.CommitAsync(
            async (batch, cancel) =>
            {
                var count = await EndAsync(userId, Guid.Empty, LogoutScope.Global, cancel);
                batch.Record(AuditTypes.SessionEnded, userId, actorId: null, origin, details: Reason(reason, count));
                return count;
            },
            cancellationToken);
        LogAllEnded(ended, userId, reason);
        return ended;
    }

    private Task<int> EndAsync(int userId, Guid sessionId, LogoutScope scope, CancellationToken cancellationToken)
    {
        var sessions = database.Sessions.Where(session => session.UserId == userId);
        return EndAsync(
            scope switch
            {
                LogoutScope.Local => sessions.Where(session => session.Id == sessionId),
                LogoutScope.Others => sessions.Where(session => session.Id != sessionId),
                _ => sessions,
            },
            cancellationToken);
    }

    /// <summary>Ends sessions. It takes effect on the next request, because each request looks up its session. An expired session
    /// can still be ended while the clock skew lets its access tokens pass.</summary>
    private Task<int> EndAsync(IQueryable<Session> sessions, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var expiredBefore = now - BearerAuthentication.ClockSkew;
        return sessions
            .Where(session => session.RevokedAt == null && session.ExpiresAt > expiredBefore)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.RevokedAt, now), cancellationToken);
    }

    private static Dictionary<string, object?> Reason(string reason, int count) =>
        new(StringComparer.Ordinal) { ["reason"] = reason, ["sessions"] = count };

    [LoggerMessage(LogLevel.Information, "Started session {SessionId} of user {UserId}.")]
    private partial void LogStarted(Guid sessionId, int userId);

    [LoggerMessage(LogLevel.Information, "Ended session {SessionId} of user {UserId}: {Reason}.")]
    private partial void LogEnded(Guid sessionId, int userId, string reason);

    [LoggerMessage(LogLevel.Information, "Ended {Count} sessions of user {UserId}: {Reason}.")]
    private partial void LogAllEnded(int count, int userId, string reason);

    [LoggerMessage(
        LogLevel.Information, "Session {SessionId} of user {UserId} logged out with scope {Scope}: {Count} sessions ended.")]
    private partial void LogLoggedOut(Guid sessionId, int userId, LogoutScope scope, int count);
}
