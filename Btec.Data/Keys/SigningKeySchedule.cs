using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Keys;

/// <summary>When signing keys are made, used and dropped. Any number of instances may call it at once.</summary>
public sealed class SigningKeySchedule(BtecDbContext database, SigningKeyVault vault)
{
    /// <summary>How long tokens are signed with a key.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(90);

    /// <summary>How long a key is published before tokens are signed with it, so that no verifier's cache is without it.</summary>
    public static readonly TimeSpan PublishAhead = TimeSpan.FromDays(14);

    /// <summary>How old an instance's copy of the keys may get.</summary>
    public static readonly TimeSpan MaxCacheAge = TimeSpan.FromSeconds(10);

    /// <summary>Verifiers that meet an unknown key ask for the set again, but not sooner than this after the last time (the
    /// default of jose's createRemoteJWKSet).</summary>
    private static readonly TimeSpan VerifierCooldown = TimeSpan.FromSeconds(30);

    /// <summary>How far the clocks of two instances may be apart.</summary>
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromSeconds(20);

    /// <summary>A rotation at once still leaves every instance the time to publish the key, and every verifier the time to get it,
    /// before any instance mints with it.</summary>
    public static readonly TimeSpan Propagation = MaxCacheAge + VerifierCooldown + MaxClockDifference;

    /// <summary>The keys, oldest first, after making what is due and dropping what no living token was signed with.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="tokenLife">How long a token may be accepted after it was signed: lifetime and clock skew.</param>
    public async Task<IReadOnlyList<SigningKey>> MaintainAsync(DateTimeOffset now, TimeSpan tokenLife, CancellationToken cancellationToken)
    {
        var keys = await ReadAsync(cancellationToken);
        var next = PlanNext(keys, now);
        if (next is { } activeFrom)
        {
            await TryAddAsync(keys, now, activeFrom, cancellationToken);
            keys = await ReadAsync(cancellationToken);
        }

        // A key that this secret does not open takes nothing over: the one before it signs on.
        var successors = keys.Where(vault.CanOpen).Where(key => key.ActiveFrom + tokenLife < now).ToList();
        var dropped = keys.Select(key => key.Generation)
            .Where(generation => successors.Any(successor => successor.Generation > generation)).ToList();
        if (dropped.Count == 0)
            return keys;

        await database.SigningKeys.Where(key => dropped.Contains(key.Generation)).ExecuteDeleteAsync(cancellationToken);
        return [.. keys.Where(key => !dropped.Contains(key.Generation))];
    }

    /// <summary>Makes a new key now, and signs with it as soon as every instance publishes it.</summary>
    public async Task<SigningKey> RotateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var keys = await ReadAsync(cancellationToken);
            var activeFrom = keys.Count == 0 ? now : now + Propagation;
            // A key that was made ahead of its time must not take over later from the one that is made now.
            await database.SigningKeys
                .Where(key => key.ActiveFrom > activeFrom)
                .ExecuteUpdateAsync(row => row.SetProperty(key => key.ActiveFrom, activeFrom), cancellationToken);
            if (await TryAddAsync(keys, now, activeFrom, cancellationToken))
                return (await ReadAsync(cancellationToken))[^1];
        }
    }

    /// <summary>When the next key is to take over, or <see langword="null"/> if it is there or not due.</summary>
    private DateTimeOffset? PlanNext(IReadOnlyList<SigningKey> keys, DateTimeOffset now)
    {
        var newest = keys.LastOrDefault(vault.CanOpen);
        // The first key, or the first under a new secret: there is nothing else to sign with.
        if (newest is null)
            return now;

        var end = newest.ActiveFrom + MaxAge;
        if (now < end - PublishAhead)
            return null;

        return end > now + Propagation ? end : now + Propagation;
    }

    /// <summary><see langword="false"/>: another instance was first with this generation.</summary>
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
