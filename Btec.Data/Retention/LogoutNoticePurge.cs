using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of back-channel logouts that were sent or abandoned.</summary>
public sealed class LogoutNoticePurge(BtecDbContext database)
{
    /// <summary>The time for which a finished notice is kept: 7 days, so that support can look up what happened to it.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(7);

    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch and returns the number of notices deleted.</summary>
    public Task<int> DeleteBatchAsync(DateTimeOffset finishedBefore, CancellationToken cancellationToken) =>
        database.Database.IsNpgsql()
            ? DeleteOnPostgresAsync(finishedBefore, cancellationToken)
            : DeleteOnSqliteAsync(finishedBefore, cancellationToken);

    /// <summary>A finished notice was created earlier still, and the creation time has the index. Rows that another instance is
    /// deleting are skipped.</summary>
    private Task<int> DeleteOnPostgresAsync(DateTimeOffset finishedBefore, CancellationToken cancellationToken) =>
        database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM logout_notices WHERE id IN (
                SELECT id FROM logout_notices
                WHERE created_at < {finishedBefore} AND (sent_at < {finishedBefore} OR abandoned_at < {finishedBefore})
                ORDER BY created_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken);

    private Task<int> DeleteOnSqliteAsync(DateTimeOffset finishedBefore, CancellationToken cancellationToken) =>
        database.LogoutNotices
            .Where(notice => database.LogoutNotices
                .Where(old => old.CreatedAt < finishedBefore && (old.SentAt < finishedBefore || old.AbandonedAt < finishedBefore))
                .OrderBy(old => old.CreatedAt).Take(BatchSize)
                .Select(old => old.Id).Contains(notice.Id))
            .ExecuteDeleteAsync(cancellationToken);
}
