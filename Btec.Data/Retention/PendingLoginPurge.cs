using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of logins whose second factor did not come in time.</summary>
public sealed class PendingLoginPurge(BtecDbContext database)
{
    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch and returns the number of logins deleted. Simultaneous instances delete different rows.</summary>
    public Task<int> DeleteBatchAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM pending_logins WHERE hash IN (
                SELECT hash FROM pending_logins WHERE expires_at <= {now}
                ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken)
        : database.PendingLogins
            .Where(login => database.PendingLogins
                .Where(expired => expired.ExpiresAt <= now).OrderBy(expired => expired.ExpiresAt).Take(BatchSize)
                .Select(expired => expired.Hash).Contains(login.Hash))
            .ExecuteDeleteAsync(cancellationToken);
}
