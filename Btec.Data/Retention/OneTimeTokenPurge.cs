using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>Deletes the tokens of mailed links whose time is over, with the address and the password hash of registrations that
/// nobody confirmed.</summary>
public sealed class OneTimeTokenPurge(BtecDbContext database)
{
    /// <summary>Rows a statement: a lock that nobody notices.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch. Several instances at once delete different rows.</summary>
    public Task<int> DeleteBatchAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM mailed_tokens WHERE hash IN (
                SELECT hash FROM mailed_tokens WHERE expires_at <= {now} ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken)
        : database.OneTimeTokens
            .Where(token => database.OneTimeTokens
                .Where(expired => expired.ExpiresAt <= now).OrderBy(expired => expired.ExpiresAt).Take(BatchSize)
                .Select(expired => expired.Hash).Contains(token.Hash))
            .ExecuteDeleteAsync(cancellationToken);
}
