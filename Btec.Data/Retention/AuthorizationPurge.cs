using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of authorization requests that nobody has answered in time, and of old authorization codes.</summary>
public sealed class AuthorizationPurge(BtecDbContext database)
{
    /// <summary>The time for which a code is kept after it has expired: one day, so that a late second use still ends the session that came
    /// of the first. No standard sets it.</summary>
    public static readonly TimeSpan CodesKeptAfterExpiry = TimeSpan.FromDays(1);

    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch and returns the number of requests deleted. Simultaneous instances delete different rows.</summary>
    public Task<int> DeleteRequestBatchAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM authorization_requests WHERE hash IN (
                SELECT hash FROM authorization_requests WHERE expires_at <= {now}
                ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken)
        : database.AuthorizationRequests
            .Where(request => database.AuthorizationRequests
                .Where(expired => expired.ExpiresAt <= now).OrderBy(expired => expired.ExpiresAt).Take(BatchSize)
                .Select(expired => expired.Hash).Contains(request.Hash))
            .ExecuteDeleteAsync(cancellationToken);

    /// <summary>Deletes one batch and returns the number of codes deleted. Simultaneous instances delete different rows.</summary>
    /// <param name="expiredBefore">The time up to which a code must have expired.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public Task<int> DeleteCodeBatchAsync(DateTimeOffset expiredBefore, CancellationToken cancellationToken) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM authorization_codes WHERE hash IN (
                SELECT hash FROM authorization_codes WHERE expires_at <= {expiredBefore}
                ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
            """,
            cancellationToken)
        : database.AuthorizationCodes
            .Where(code => database.AuthorizationCodes
                .Where(expired => expired.ExpiresAt <= expiredBefore).OrderBy(expired => expired.ExpiresAt).Take(BatchSize)
                .Select(expired => expired.Hash).Contains(code.Hash))
            .ExecuteDeleteAsync(cancellationToken);
}
