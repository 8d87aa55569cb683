using Btec.Api.Security;
using Btec.Data;
using Btec.Data.Entities;
using Btec.Data.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.Api.Sessions;

/// <summary>Starts sessions, lists them and ends them.</summary>
public sealed partial class SessionService(
    BtecDbContext database,
    AccessTokenIssuer accessTokens,
    SessionLifetimes lifetimes,
    TimeProvider clock,
    ILogger<SessionService> logger)
{
    /// <summary>Starts a session for a user who has proved who they are.</summary>
    public async Task<TokenPair> StartAsync(User user, Device device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(device);
        var now = clock.GetStoredNow();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            UserAgent = device.UserAgent,
            Address = device.Address,
            CreatedAt = now,
            LastSeenAt = SessionLifetimes.ToMinute(now),
            ExpiresAt = lifetimes.SessionEnd(now, now),
        };
        var refreshToken = RefreshTokenValue.Create();
        var refreshEnd = lifetimes.RefreshEnd(now, now);
        database.Sessions.Add(session);
        database.RefreshTokens.Add(new RefreshToken
        {
            Hash = refreshToken.Hash(),
            SessionId = session.Id,
            CreatedAt = now,
            ExpiresAt = refreshEnd,
        });
        await database.SaveChangesAsync(cancellationToken);

        LogStarted(session.Id, user.Id);
        return new TokenPair(await accessTokens.IssueAsync(user, session, cancellationToken), refreshToken, refreshEnd - now);
    }

    /// <summary>The sessions of a user that are alive, the newest first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(int userId, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        return await database.Sessions.AsNoTracking()
            .Where(session => session.UserId == userId && session.RevokedAt == null && session.ExpiresAt > now)
            .OrderByDescending(session => session.CreatedAt).ThenByDescending(session => session.Id)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Ends one session of a user. <see langword="false"/> if there is none alive with this id.</summary>
    public async Task<bool> EndAsync(int userId, Guid sessionId, string reason, CancellationToken cancellationToken)
    {
        var ended = await EndAsync(
            database.Sessions.Where(session => session.UserId == userId && session.Id == sessionId), cancellationToken);
        if (ended > 0)
            LogEnded(sessionId, userId, reason);

        return ended > 0;
    }

    /// <summary>Ends the session of the caller, the others of the same user, or all of them.</summary>
    public async Task LogoutAsync(int userId, Guid sessionId, LogoutScope scope, CancellationToken cancellationToken)
    {
        var sessions = database.Sessions.Where(session => session.UserId == userId);
        var ended = await EndAsync(
            scope switch
            {
                LogoutScope.Local => sessions.Where(session => session.Id == sessionId),
                LogoutScope.Others => sessions.Where(session => session.Id != sessionId),
                _ => sessions,
            },
            cancellationToken);
        LogLoggedOut(sessionId, userId, scope, ended);
    }

    /// <summary>Ends every session of a user. Returns how many were alive.</summary>
    public async Task<int> EndAllAsync(int userId, string reason, CancellationToken cancellationToken)
    {
        var ended = await EndAsync(database.Sessions.Where(session => session.UserId == userId), cancellationToken);
        LogAllEnded(ended, userId, reason);
        return ended;
    }

    /// <summary>Bearer tokens are checked against the row on every request: this acts on the next one. What has expired is still
    /// ended while its access tokens are accepted for the skew.</summary>
    private Task<int> EndAsync(IQueryable<Session> sessions, CancellationToken cancellationToken)
    {
        var now = clock.GetStoredNow();
        var expiredBefore = now - BearerAuthentication.ClockSkew;
        return sessions
            .Where(session => session.RevokedAt == null && session.ExpiresAt > expiredBefore)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.RevokedAt, now), cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Session {SessionId} of user {UserId} started.")]
    private partial void LogStarted(Guid sessionId, int userId);

    [LoggerMessage(LogLevel.Information, "Session {SessionId} of user {UserId} ended: {Reason}.")]
    private partial void LogEnded(Guid sessionId, int userId, string reason);

    [LoggerMessage(LogLevel.Information, "All sessions of user {UserId} ended, {Count} of them alive: {Reason}.")]
    private partial void LogAllEnded(int count, int userId, string reason);

    [LoggerMessage(LogLevel.Information, "Session {SessionId} of user {UserId} logged out with scope {Scope}: {Count} sessions ended.")]
    private partial void LogLoggedOut(Guid sessionId, int userId, LogoutScope scope, int count);
}

/// <summary>Which sessions a logout ends.</summary>
public enum LogoutScope
{
    Local,
    Others,
    Global,
}

/// <summary>What a login or a refresh gives.</summary>
public sealed record TokenPair(AccessToken AccessToken, RefreshTokenValue RefreshToken, TimeSpan RefreshExpiresIn);

/// <summary>When the parts of a session end.</summary>
public sealed class SessionLifetimes(IOptions<SessionOptions> sessions, IOptions<JwtOptions> jwt)
{
    /// <summary>A session that started then and was refreshed now lives as long as one of its tokens does.</summary>
    public DateTimeOffset SessionEnd(DateTimeOffset started, DateTimeOffset refreshed)
    {
        var longest = sessions.Value.RefreshIdleLifetime > jwt.Value.AccessTokenLifetime
            ? sessions.Value.RefreshIdleLifetime
            : jwt.Value.AccessTokenLifetime;
        return Earlier(started + sessions.Value.RefreshAbsoluteLifetime, refreshed + longest);
    }

    /// <summary>When a refresh token expires that is issued now.</summary>
    public DateTimeOffset RefreshEnd(DateTimeOffset started, DateTimeOffset issued) =>
        Earlier(started + sessions.Value.RefreshAbsoluteLifetime, issued + sessions.Value.RefreshIdleLifetime);

    public static DateTimeOffset ToMinute(DateTimeOffset moment) =>
        new(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
