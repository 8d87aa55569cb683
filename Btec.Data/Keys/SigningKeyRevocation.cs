using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Keys;

/// <summary>The revocation of a signing key that may have leaked.</summary>
public sealed class SigningKeyRevocation(
    BtecDbContext database, SigningKeySchedule<SigningKey> p256, SigningKeySchedule<RsaSigningKey> rsa, AuditTrail audit)
{
    /// <summary>Revokes a key and creates its successor, which an event records. Every instance stops accepting tokens of the key
    /// within <see cref="SigningKeySchedule.MaxCacheAge"/>.</summary>
    /// <returns>The successor, or <see langword="null"/> if no trusted key has this id.</returns>
    public async Task<StoredSigningKey?> RevokeAsync(string keyId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await audit.CommitAsync((batch, cancel) => ReplaceAsync(keyId, now, batch, cancel), cancellationToken);
            }
            catch (DbUpdateException exception) when (SigningKeySchedule.IsRace(exception))
            {
                // Another instance has created a key at the same time. The next attempt sees it.
            }
        }
    }

    private async Task<StoredSigningKey?> ReplaceAsync(
        string keyId, DateTimeOffset now, AuditBatch batch, CancellationToken cancellationToken) =>
        await ReplaceAsync(p256, keyId, now, batch, cancellationToken) as StoredSigningKey
        ?? await ReplaceAsync(rsa, keyId, now, batch, cancellationToken);

    private async Task<TKey?> ReplaceAsync<TKey>(
        SigningKeySchedule<TKey> schedule, string keyId, DateTimeOffset now, AuditBatch batch, CancellationToken cancellationToken)
        where TKey : StoredSigningKey
    {
        var keys = await schedule.ReadAsync(cancellationToken);
        if (keys.Trusted.FirstOrDefault(key => key.KeyId == keyId) is not { } revoked)
            return null;

        // Another key can sign until every instance publishes the successor. Without one, the successor signs at once.
        var canWait = keys.Trusted.Any(key => key.KeyId != keyId && key.ActiveFrom <= now);
        var successor = schedule.AddNext(keys, now, canWait ? now + SigningKeySchedule.Propagation : now, keyId);
        database.Remove(revoked);
        batch.Record(
            AuditTypes.SigningKeyRevoked, userId: null, actorId: null, origin: null,
            details: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["key_id"] = keyId,
                ["successor"] = successor.KeyId,
            });
        return successor;
    }
}
