using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of challenges of passkeys that nobody has answered in time.</summary>
public sealed class PasskeyChallengePurge(BtecDbContext database)
{
    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch and returns the number of challenges deleted. Simultaneous instances delete different
    /// rows.</summary>
    public Task<int> DeleteBatchAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM passkey_challenges WHERE hash IN (
                SELECT hash FROM passkey_challenges WHERE expires_at <= {now}
                ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken)
        : database.PasskeyChallenges
            .Where(challenge => database.PasskeyChallenges
                .Where(expired => expired.ExpiresAt <= now).OrderBy(expired => expired.ExpiresAt).Take(BatchSize)
                .Select(expired => expired.Hash).Contains(challenge.Hash))
            .ExecuteDeleteAsync(cancellationToken);
}
