using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of external logins, codes and link tokens that nobody has used in time.</summary>
public sealed class ExternalLoginPurge(BtecDbContext database)
{
    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch and returns the number of logins deleted.</summary>
    public Task<int> DeleteLoginBatchAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ExternalLogins
        .Where(login => database.ExternalLogins
            .Where(expired => expired.ExpiresAt <= now).OrderBy(expired => expired.ExpiresAt).Take(BatchSize)
            .Select(expired => expired.Hash).Contains(login.Hash))
        .ExecuteDeleteAsync(cancellationToken);

    /// <summary>Deletes one batch and returns the number of codes and link tokens deleted.</summary>
    public Task<int> DeleteProofBatchAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ExternalProofs
        .Where(proof => database.ExternalProofs
            .Where(expired => expired.ExpiresAt <= now).OrderBy(expired => expired.ExpiresAt).Take(BatchSize)
            .Select(expired => expired.Hash).Contains(proof.Hash))
        .ExecuteDeleteAsync(cancellationToken);
}
