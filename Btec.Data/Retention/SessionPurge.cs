using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of expired sessions with their refresh tokens.</summary>
public sealed class SessionPurge(BtecDbContext database)
{
    /// <summary>The time for which a session is kept after it has expired: one day. Until then a late reuse of one of its refresh tokens
    /// is still recognized. Ending a session early does not change its expiry. No standard sets the time.</summary>
    public static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(1);

    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>The PostgreSQL advisory lock of the one instance that deletes.</summary>
    private const long AdvisoryLock = 0x6274_6563_0001;

    /// <summary>Deletes one batch. Returns the number of sessions deleted, or <see langword="null"/> if another instance is
    /// deleting.</summary>
    public Task<int?> DeleteBatchAsync(DateTimeOffset expiredBefore, CancellationToken cancellationToken) =>
        database.Database.CreateExecutionStrategy().ExecuteAsync(
            cancel => database.Database.IsNpgsql()
                ? DeleteOnPostgresAsync(expiredBefore, cancel)
                : DeleteOnSqliteAsync(expiredBefore, cancel),
            cancellationToken);

    private async Task<int?> DeleteOnPostgresAsync(DateTimeOffset expiredBefore, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var mine = await database.Database
            .SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({AdvisoryLock}) AS \"Value\"")
            .SingleAsync(cancellationToken);
        if (!mine)
            return null;

        // Rows that a refresh has locked are skipped; the next round looks at them again.
        var deleted = await database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM sessions WHERE id IN (
                SELECT id FROM sessions WHERE expires_at < {expiredBefore}
                ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return deleted;
    }

    /// <summary>Deletes one batch. SQLite has one writer, so instances cannot overlap.</summary>
    private async Task<int?> DeleteOnSqliteAsync(DateTimeOffset expiredBefore, CancellationToken cancellationToken) =>
        await database.Sessions
            .Where(session => database.Sessions
                .Where(ended => ended.ExpiresAt < expiredBefore).OrderBy(ended => ended.ExpiresAt).Take(BatchSize)
                .Select(ended => ended.Id).Contains(session.Id))
            .ExecuteDeleteAsync(cancellationToken);
}
