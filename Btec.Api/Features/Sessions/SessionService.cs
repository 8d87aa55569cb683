using System.Diagnostics.CodeAnalysis;
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
    SessionRevocation revocation,
    SessionAdmission admission,
    AccessTokenIssuer accessTokens,
    SessionLifetimes lifetimes,
    RefreshTokenFamilies families,
    TimeProvider clock,
    ILogger<SessionService> logger) : ISessionStarter<TokenPair>
{
    public string ClientId => AccessTokenIssuer.ClientId;

    /// <inheritdoc/>
    public async Task<TokenPair?> StartAsync(
        User user,
        SignInProof proof,
        AuditOrigin origin,
        CancellationToken cancellationToken,
        Func<AuditBatch, CancellationToken, Task<bool>>? prove = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(origin);
        var now = clock.GetStoredNow();
        var sessionId = Guid.CreateVersion7(now);
        var refreshToken = RefreshTokenValue.Create();
        var refreshEnd = lifetimes.RefreshEnd(now, now);
        var (session, owner) = await audit.CommitAsync<(Session?, User)>(
            async (batch, cancel) =>
            {
                // A password change or a deactivation ends all sessions, so a login that began earlier must not add one. An address
                // that the user no longer has names nobody.
                var current = await locks.TakeForLoginAsync(user.Id, cancel);
                if (!CanStart(user, current) || (prove is not null && !await prove(batch, cancel)))
                    return (null, user);

                var epoch = await admission.MakeRoomAsync(current, clientId: null, batch, origin, cancel);
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
                    Epoch = epoch,
                    AuthTime = now,
                    Amr = proof.Amr,
                    PasskeyId = proof.PasskeyId,
                    TokenFamily = families.HashOf(refreshToken),
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
                return (started, current);
            },
            cancellationToken);
        if (session is null)
            return null;

        LogStarted(session.Id, owner.Id);
        return new TokenPair(await accessTokens.IssueAsync(owner, session, cancellationToken), refreshToken, refreshEnd - now);
    }

    /// <summary>Returns whether a user who has just proved who they are is still the same, and active.</summary>
    /// <param name="proven">The row that the proof was checked against.</param>
    /// <param name="current">The row that is locked now.</param>
    internal static bool CanStart(User proven, [NotNullWhen(true)] User? current)
    {
        ArgumentNullException.ThrowIfNull(proven);
        return current is { IsActive: true }
            && current.HashedPassword == proven.HashedPassword
            && current.Email == proven.Email
            && current.HasSecondFactor == proven.HasSecondFactor;
    }

    /// <summary>Lists the living sessions of a user, newest first. If there is a next page, the list has one session more than the
    /// page holds.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(int userId, SessionListQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var alive = database.Sessions.AsNoTracking().Where(session => session.UserId == userId).Living(clock.GetStoredNow());
        if (query.After is var (moment, id))
        {
            alive = alive.Where(session => session.CreatedAt <= moment
                && (session.CreatedAt < moment || session.Id.CompareTo(id) < 0));
        }

        return await alive
            .OrderByDescending(session => session.CreatedAt).ThenByDescending(session => session.Id)
            .Take(query.Limit + 1)
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
                var wasAlive = await revocation.EndAsync(userId, sessionId, cancel);
                if (wasAlive)
                    batch.Record(AuditTypes.SessionEnded, userId, actorId, origin, sessionId, details: Reason(reason, count: 1));

                return wasAlive;
            },
            cancellationToken);
        if (ended)
            LogEnded(sessionId, userId, reason);

        return ended;
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
                await locks.TakeAsync(userId, cancel);
                var count = await revocation.EndAllAsync(userId, exceptSessionId: null, cancel);
                batch.Record(AuditTypes.SessionEnded, userId, actorId: null, origin, details: Reason(reason, count));
                return count;
            },
            cancellationToken);
        LogAllEnded(ended, userId, reason);
        return ended;
    }

    private async Task<int> EndAsync(int userId, Guid sessionId, LogoutScope scope, CancellationToken cancellationToken)
    {
        if (scope == LogoutScope.Local)
            return await revocation.EndAsync(userId, sessionId, cancellationToken) ? 1 : 0;

        await locks.TakeAsync(userId, cancellationToken);
        return await revocation.EndAllAsync(userId, scope == LogoutScope.Others ? sessionId : null, cancellationToken);
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
