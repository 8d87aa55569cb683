using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of authenticators that nobody confirmed in time.</summary>
public sealed class UnconfirmedTotpPurge(BtecDbContext database)
{
    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch and returns the number of authenticators deleted. Simultaneous instances delete different
    /// rows.</summary>
    public Task<int> DeleteBatchAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM totp_factors WHERE id IN (
                SELECT id FROM totp_factors WHERE confirmed_at IS NULL AND created_at <= {createdBefore}
                LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken)
        : database.TotpFactors
            .Where(factor => database.TotpFactors
                .Where(old => old.ConfirmedAt == null && old.CreatedAt <= createdBefore).OrderBy(old => old.Id).Take(BatchSize)
                .Select(old => old.Id).Contains(factor.Id))
            .ExecuteDeleteAsync(cancellationToken);
}
