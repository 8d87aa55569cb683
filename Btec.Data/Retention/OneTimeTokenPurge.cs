using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of expired one-time tokens, with the address and the password hash of unconfirmed
/// registrations.</summary>
public sealed class OneTimeTokenPurge(BtecDbContext database)
{
    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch and returns the number of tokens deleted. Simultaneous instances delete different
    /// rows.</summary>
    public Task<int> DeleteBatchAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM mailed_tokens WHERE hash IN (
                SELECT hash FROM mailed_tokens WHERE expires_at <= {now}
                ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken)
        : database.OneTimeTokens
            .Where(token => database.OneTimeTokens
                .Where(expired => expired.ExpiresAt <= now).OrderBy(expired => expired.ExpiresAt).Take(BatchSize)
                .Select(expired => expired.Hash).Contains(token.Hash))
            .ExecuteDeleteAsync(cancellationToken);
}
