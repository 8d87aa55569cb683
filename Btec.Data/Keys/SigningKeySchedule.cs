using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Keys;

/// <summary>The times of the schedule by which signing keys are created, used and deleted.</summary>
public static class SigningKeySchedule
{
    /// <summary>The time during which a key signs tokens: 90 days (the API contract).</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(90);

    /// <summary>The time for which a key is published before it signs, so that every verifier has it: 14 days (the API
    /// contract).</summary>
    public static readonly TimeSpan PublishAhead = TimeSpan.FromDays(14);

    /// <summary>The maximum age of an instance's copy of the keys. An estimate: one query every 10 seconds costs
    /// nothing.</summary>
    public static readonly TimeSpan MaxCacheAge = TimeSpan.FromSeconds(10);

    /// <summary>The shortest time between two requests of a verifier that meets unknown keys (the default
    /// <c>cooldownDuration</c> of jose's createRemoteJWKSet).</summary>
    private static readonly TimeSpan VerifierCooldown = TimeSpan.FromSeconds(30);

    /// <summary>The largest difference between the clocks of two instances. An estimate, far above what NTP allows.</summary>
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromSeconds(20);

    /// <summary>The delay of an immediate rotation: every instance has published the key, and every verifier has been able to
    /// fetch it, before any instance signs with it.</summary>
    public static readonly TimeSpan Propagation = MaxCacheAge + VerifierCooldown + MaxClockDifference;

    /// <summary>Returns whether a unit of work failed because another instance has changed the keys at the same time.</summary>
    internal static bool IsRace(DbUpdateException exception) =>
        exception is DbUpdateConcurrencyException || DatabaseFaults.IsUniqueViolation(exception);
}

/// <summary>The schedule by which the signing keys of one table are created, used and deleted. Several instances may run it at
/// once.</summary>
public sealed class SigningKeySchedule<TKey>(BtecDbContext database, SigningKeyVault vault)
    where TKey : StoredSigningKey
{
    private DbSet<TKey> Table => database.Set<TKey>();

    /// <summary>Creates the keys that are due, deletes those whose tokens have all expired, and returns those that are trusted,
    /// oldest first.</summary>
    /// <param name="tokenLife">The time for which a token is accepted after it was signed: lifetime and clock skew.</param>
    public async Task<IReadOnlyList<TKey>> MaintainAsync(
        DateTimeOffset now, TimeSpan tokenLife, CancellationToken cancellationToken)
    {
        var keys = await ReadAsync(cancellationToken);
        if (PlanNext(keys, now) is { } activeFrom)
        {
            AddNext(keys, now, activeFrom);
            await TrySaveAsync(cancellationToken);
            keys = await ReadAsync(cancellationToken);
        }

        // A key that is not trusted replaces no other: the one before it keeps signing.
        var successors = keys.Own.Where(key => key.ActiveFrom + tokenLife < now).ToList();
        var dropped = keys.Rows.Select(key => key.Generation)
            .Where(generation => successors.Any(successor => successor.Generation > generation)).ToList();
        if (dropped.Count > 0)
            await Table.Where(key => dropped.Contains(key.Generation)).ExecuteDeleteAsync(cancellationToken);

        return [.. keys.Trusted.Where(key => !dropped.Contains(key.Generation))];
    }

    /// <summary>Creates a key now, which signs as soon as every instance publishes it.</summary>
    public async Task<TKey> RotateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var keys = await ReadAsync(cancellationToken);
            var activeFrom = keys.Trusted.Count == 0 ? now : now + SigningKeySchedule.Propagation;
            var created = AddNext(keys, now, activeFrom);
            if (await TrySaveAsync(cancellationToken))
                return created;
        }
    }

    internal async Task<StoredSigningKeys<TKey>> ReadAsync(CancellationToken cancellationToken) => new(
        await Table.AsNoTracking().OrderBy(key => key.Generation).ToListAsync(cancellationToken), vault);

    /// <summary>Adds the next key to the current unit of work, without saving. Saving fails if another instance has added this
    /// generation first.</summary>
    /// <param name="revokedId">The id of the key that is revoked at the same time.</param>
    internal TKey AddNext(StoredSigningKeys<TKey> keys, DateTimeOffset now, DateTimeOffset activeFrom, string? revokedId = null)
    {
        // A key that was created ahead of its time must not replace the new one later.
        foreach (var pending in keys.Own.Where(key => key.ActiveFrom > activeFrom && key.KeyId != revokedId))
        {
            Table.Attach(pending);
            vault.Reschedule(pending, activeFrom);
        }

        string[] revoked = revokedId is null ? [.. keys.RevokedIds] : [.. keys.RevokedIds, revokedId];
        var created = vault.Create<TKey>(keys.NextGeneration, now, activeFrom, revoked);
        Table.Add(created);
        return created;
    }

    /// <summary>Returns the time at which the next key takes over, or <see langword="null"/> if it exists already or is not
    /// due.</summary>
    private static DateTimeOffset? PlanNext(StoredSigningKeys<TKey> keys, DateTimeOffset now)
    {
        // The first key, or the first under a new secret, signs at once; a key of version 1.0 signs until the other instances
        // publish its successor.
        if (keys.Own.Count == 0)
            return keys.Trusted.Count == 0 ? now : now + SigningKeySchedule.Propagation;

        var end = keys.Own[^1].ActiveFrom + SigningKeySchedule.MaxAge;
        if (now < end - SigningKeySchedule.PublishAhead)
            return null;

        return end > now + SigningKeySchedule.Propagation ? end : now + SigningKeySchedule.Propagation;
    }

    /// <summary>Saves the unit of work. Returns <see langword="false"/> if another instance has changed the keys first.</summary>
    private async Task<bool> TrySaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (SigningKeySchedule.IsRace(exception))
        {
            return false;
        }
        finally
        {
            database.ChangeTracker.Clear();
        }
    }
}
