using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Btec.Data.Accounts;

/// <summary>The one query of an authenticated request: session and user by primary key. It finds no session that has ended and no
/// user who is inactive.</summary>
/// <param name="postgres">The same query without EF Core, on PostgreSQL.</param>
public sealed class CurrentUserQuery(PostgresCurrentUserQuery? postgres = null)
{
    /// <summary>The query of EF Core, which on PostgreSQL is only needed after a fault.</summary>
    private readonly Lazy<Func<BtecDbContext, Guid, int, DateTimeOffset, CancellationToken, Task<ActiveSession?>>> _find =
        new(() => EF.CompileAsyncQuery((
            BtecDbContext database,
            Guid sessionId,
            int userId,
            DateTimeOffset expiredBefore,
            CancellationToken _) => database.Sessions.AsNoTracking()
            .Where(session => session.Id == sessionId
                && session.UserId == userId
                && session.RevokedAt == null
                && session.Epoch == session.User!.SessionEpoch
                && session.ExpiresAt > expiredBefore
                && session.User.IsActive)
            .Select(session => new ActiveSession(
                session.User!, session.Id, session.LastSeenAt, session.AuthTime ?? session.CreatedAt, session.Amr,
                session.ClientId, session.Scope))
            .FirstOrDefault()));

    /// <summary>Returns a session and its user, or <see langword="null"/>.</summary>
    /// <param name="open">A function that returns the context of the request, which is not always needed.</param>
    /// <param name="sessionId">The id of the session.</param>
    /// <param name="userId">The id of the user to whom the session has to belong.</param>
    /// <param name="expiredBefore">The time up to which a session counts as expired.</param>
    /// <param name="cancellationToken">A token that cancels the query.</param>
    public async Task<ActiveSession?> FindAsync(
        Func<BtecDbContext> open, Guid sessionId, int userId, DateTimeOffset expiredBefore, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(open);
        if (postgres is not null)
        {
            try
            {
                return await postgres.FindAsync(sessionId, userId, expiredBefore, cancellationToken);
            }
            catch (NpgsqlException exception) when (PostgresCurrentUserQuery.IsWorthRetrying(exception))
            {
                // A pooled connection had died, or a table was changed. EF Core's query below retries.
            }
        }

        return await _find.Value(open(), sessionId, userId, expiredBefore, cancellationToken);
    }
}
