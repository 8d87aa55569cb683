using Btec.Data.Accounts;
using Btec.Data.Model;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The user and the session that the request's token belongs to, as the database has them now. An endpoint that asks
/// for one requires authorization.</summary>
public sealed class CurrentUser(User user, Guid sessionId, DateTimeOffset lastSeenAt)
{
    public User User => user;

    public Guid SessionId => sessionId;

    /// <summary>When the session was seen last, to the minute, before this request.</summary>
    public DateTimeOffset LastSeenAt => lastSeenAt;

    public static ValueTask<CurrentUser?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult<CurrentUser?>(context.Features.GetRequiredFeature<CurrentUser>());
    }
}

/// <summary>The one query of an authenticated request: session and user by primary key, compiled once for the model of this
/// process, or written by hand where it is PostgreSQL. It finds nobody whose session has ended or who is inactive. A session ends
/// with the skew of its tokens, so that the last of them is told that it has expired.</summary>
/// <param name="postgres">Where it is PostgreSQL.</param>
public sealed class CurrentUserQuery(PostgresCurrentUserQuery? postgres = null)
{
    private readonly Func<BtecDbContext, Guid, int, DateTimeOffset, CancellationToken, Task<CurrentUser?>> _find = EF.CompileAsyncQuery(
        (BtecDbContext database, Guid sessionId, int userId, DateTimeOffset endedBefore, CancellationToken _) => database.Sessions.AsNoTracking()
            .Where(session => session.Id == sessionId
                && session.UserId == userId
                && session.RevokedAt == null
                && session.ExpiresAt > endedBefore
                && session.User!.IsActive)
            .Select(session => new CurrentUser(session.User!, session.Id, session.LastSeenAt))
            .FirstOrDefault());

    /// <summary>The caller, or <see langword="null"/>.</summary>
    /// <param name="open">Gives the request's context, which is not always needed.</param>
    /// <param name="sessionId">The session that the token names.</param>
    /// <param name="userId">The user that it names.</param>
    /// <param name="now">The present.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CurrentUser?> FindAsync(
        Func<BtecDbContext> open, Guid sessionId, int userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var endedBefore = now - BearerAuthentication.ClockSkew;
        if (postgres is not null)
        {
            try
            {
                return await postgres.FindAsync(sessionId, userId, endedBefore, cancellationToken) is var (user, lastSeenAt)
                    ? new CurrentUser(user, sessionId, lastSeenAt)
                    : null;
            }
            catch (NpgsqlException exception) when (PostgresCurrentUserQuery.IsWorthRetrying(exception))
            {
                // A connection of the pool that has died: below it is tried again.
            }
        }

        return await _find(open(), sessionId, userId, endedBefore, cancellationToken);
    }
}
