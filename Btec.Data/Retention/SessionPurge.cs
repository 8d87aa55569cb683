using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of sessions with their refresh tokens.</summary>
/// <remarks>A session may have millions of tokens: version 1.0 kept every used one. An expired session of that kind loses its tokens
/// first, some with each statement, and no other session waits for it.</remarks>
public sealed class SessionPurge(BtecDbContext database)
{
    /// <summary>The time for which a session is kept after it has expired: one day. Until then a late reuse of one of its refresh tokens
    /// is still recognized. A logout does not change the expiry, so the row of a session that was ended early stays until then, too. No
    /// standard sets the time.</summary>
    public static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(1);

    /// <summary>The number of sessions per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>The number of refresh tokens per statement. An estimate.</summary>
    public const int TokenBatchSize = 5_000;

    /// <summary>The number of refresh tokens up to which they are deleted with their session. A session has three, unless version 1.0
    /// started it.</summary>
    private const int MaxTokens = 100;

    /// <summary>The PostgreSQL advisory lock of the one instance that deletes.</summary>
    private const long AdvisoryLock = 0x6274_6563_0001;

    /// <summary>Deletes one batch of sessions. Returns their number, or <see langword="null"/> if another instance is
    /// deleting.</summary>
    public Task<int?> DeleteBatchAsync(DateTimeOffset expiredBefore, CancellationToken cancellationToken) => AloneAsync(
        // Rows that a refresh has locked are skipped; the next round looks at them again.
        cancel => database.Database.IsNpgsql()
            ? database.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM sessions WHERE id IN (
                    SELECT s.id FROM sessions AS s
                    WHERE s.expires_at < {expiredBefore}
                        AND NOT EXISTS (SELECT 1 FROM refresh_tokens AS r WHERE r.session_id = s.id OFFSET {MaxTokens})
                    ORDER BY s.expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
                """,
                cancel)
            : DeleteOnSqliteAsync(expiredBefore, cancel),
        cancellationToken);

    /// <summary>Lists the sessions of one batch, after some that could not be deleted.</summary>
    public async Task<IReadOnlyList<Guid>> ListBatchAsync(DateTimeOffset expiredBefore, int skip, CancellationToken cancellationToken) =>
        await Expired(expiredBefore).Skip(skip).Take(BatchSize).Select(session => session.Id).ToListAsync(cancellationToken);

    /// <summary>Deletes one session.</summary>
    public Task<int> DeleteAsync(Guid sessionId, CancellationToken cancellationToken) =>
        database.Sessions.Where(session => session.Id == sessionId).ExecuteDeleteAsync(cancellationToken);

    /// <summary>Deletes one batch of the tokens of expired sessions that have too many to be deleted with them. Returns their number,
    /// or <see langword="null"/> if another instance is deleting.</summary>
    public Task<int?> DeleteTokenBatchAsync(DateTimeOffset expiredBefore, CancellationToken cancellationToken)
    {
        object before = database.Database.IsNpgsql() ? expiredBefore : expiredBefore.UtcTicks;
        return AloneAsync(
            cancel => database.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM refresh_tokens WHERE hash IN (
                    SELECT r.hash FROM sessions AS s INNER JOIN refresh_tokens AS r ON r.session_id = s.id
                    WHERE s.expires_at < {before} LIMIT {TokenBatchSize})
                """,
                cancel),
            cancellationToken);
    }

    /// <summary>Deletes all sessions of a user with their tokens. Call it in the transaction that deletes the user, after the user has
    /// been locked.</summary>
    /// <remarks>One statement each: batches in one transaction would read the rows that earlier batches deleted again and
    /// again.</remarks>
    public async Task DeleteAllAsync(int userId, CancellationToken cancellationToken)
    {
        // Sessions are locked before their tokens are touched, as a refresh does.
        if (database.Database.IsNpgsql())
        {
            await database.Database.ExecuteSqlAsync(
                $"SELECT count(*) FROM (SELECT id FROM sessions WHERE user_id = {userId} FOR UPDATE) AS locked", cancellationToken);
        }

        await database.Database.ExecuteSqlAsync(
            $"DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = {userId})", cancellationToken);
        await database.Sessions.Where(session => session.UserId == userId).ExecuteDeleteAsync(cancellationToken);
    }

    private Task<int> DeleteOnSqliteAsync(DateTimeOffset expiredBefore, CancellationToken cancellationToken)
    {
        var batch = Expired(expiredBefore).Take(BatchSize).Select(session => session.Id);
        return database.Sessions.Where(session => batch.Contains(session.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Returns the expired sessions that can be deleted with their tokens, the earliest first.</summary>
    private IQueryable<Session> Expired(DateTimeOffset expiredBefore) => database.Sessions
        .Where(session => session.ExpiresAt < expiredBefore
            && !database.RefreshTokens.Where(token => token.SessionId == session.Id)
                .OrderBy(token => token.SessionId).Skip(MaxTokens).Any())
        .OrderBy(session => session.ExpiresAt).ThenBy(session => session.Id);

    /// <summary>Deletes on one instance at a time. SQLite has one writer, so instances cannot overlap.</summary>
    private Task<int?> AloneAsync(Func<CancellationToken, Task<int>> delete, CancellationToken cancellationToken) =>
        database.Database.CreateExecutionStrategy().ExecuteAsync<int?>(
            async cancel =>
            {
                if (!database.Database.IsNpgsql())
                    return await delete(cancel);

                await using var transaction = await database.Database.BeginTransactionAsync(cancel);
                var mine = await database.Database
                    .SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({AdvisoryLock}) AS \"Value\"")
                    .SingleAsync(cancel);
                if (!mine)
                    return null;

                var deleted = await delete(cancel);
                await transaction.CommitAsync(cancel);
                return deleted;
            },
            cancellationToken);
}
