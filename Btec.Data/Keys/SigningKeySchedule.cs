using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Keys;

/// <summary>The schedule by which signing keys are created, used and deleted. Several instances may run it at once.</summary>
public sealed class SigningKeySchedule(BtecDbContext database, SigningKeyVault vault)
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

    /// <summary>Creates the keys that are due, deletes those whose tokens have all expired, and returns the rest, oldest
    /// first.</summary>
    /// <param name="tokenLife">The time for which a token is accepted after it was signed: lifetime and clock skew.</param>
    public async Task<IReadOnlyList<SigningKey>> MaintainAsync(
        DateTimeOffset now, TimeSpan tokenLife, CancellationToken cancellationToken)
    {
        var keys = await ReadAsync(cancellationToken);
        var next = PlanNext(keys, now);
        if (next is { } activeFrom)
        {
            await TryAddAsync(keys, now, activeFrom, cancellationToken);
            keys = await ReadAsync(cancellationToken);
        }

        // A key that this secret cannot decrypt replaces no other: the one before it keeps signing.
        var successors = keys.Where(vault.CanOpen).Where(key => key.ActiveFrom + tokenLife < now).ToList();
        var dropped = keys.Select(key => key.Generation)
            .Where(generation => successors.Any(successor => successor.Generation > generation)).ToList();
        if (dropped.Count == 0)
            return keys;

        await database.SigningKeys.Where(key => dropped.Contains(key.Generation)).ExecuteDeleteAsync(cancellationToken);
        return [.. keys.Where(key => !dropped.Contains(key.Generation))];
    }

    /// <summary>Creates a key now, which signs as soon as every instance publishes it.</summary>
    public async Task<SigningKey> RotateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var keys = await ReadAsync(cancellationToken);
            var activeFrom = keys.Count == 0 ? now : now + Propagation;
            // A key that was created ahead of its time must not replace the new one later.
            await database.SigningKeys
                .Where(key => key.ActiveFrom > activeFrom)
                .ExecuteUpdateAsync(row => row.SetProperty(key => key.ActiveFrom, activeFrom), cancellationToken);
            if (await TryAddAsync(keys, now, activeFrom, cancellationToken))
                return (await ReadAsync(cancellationToken))[^1];
        }
    }

    /// <summary>Returns the time at which the next key takes over, or <see langword="null"/> if it exists already or is not
    /// due.</summary>
    private DateTimeOffset? PlanNext(IReadOnlyList<SigningKey> keys, DateTimeOffset now)
    {
        var newest = keys.LastOrDefault(vault.CanOpen);
        // The first key, or the first under a new secret, signs at once.
        if (newest is null)
            return now;

        var end = newest.ActiveFrom + MaxAge;
        if (now < end - PublishAhead)
            return null;

        return end > now + Propagation ? end : now + Propagation;
    }

    /// <summary>Adds a key. Returns <see langword="false"/> if another instance has added this generation first.</summary>
    private async Task<bool> TryAddAsync(
        IReadOnlyList<SigningKey> known, DateTimeOffset now, DateTimeOffset activeFrom, CancellationToken cancellationToken)
    {
        var generation = known.Count == 0 ? 1 : known[^1].Generation + 1;
        database.SigningKeys.Add(vault.Create(generation, now, activeFrom));
        try
        {
            await database.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (DatabaseFaults.IsUniqueViolation(exception))
        {
            return false;
        }
        finally
        {
            database.ChangeTracker.Clear();
        }
    }

    private async Task<IReadOnlyList<SigningKey>> ReadAsync(CancellationToken cancellationToken) =>
        await database.SigningKeys.AsNoTracking().OrderBy(key => key.Generation).ToListAsync(cancellationToken);
}
