using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The counters of attempts, in this process or shared by all instances.</summary>
internal interface IAttemptStore
{
    /// <summary>Acquires one unit of each quota, or of none if one of them is exhausted. Returns a lease for each, in the same
    /// order; one that is not granted is the reason for the refusal.</summary>
    ValueTask<IReadOnlyList<RateLimitLease>> AcquireAsync(IReadOnlyList<AttemptLimit> limits);

    /// <summary>Gives back the units that one call of <see cref="AcquireAsync"/> has counted. Each is given back once, unless it has
    /// been refilled meanwhile, and no quota gets more than it had unused.</summary>
    ValueTask ReleaseAsync(IReadOnlyList<RateLimitLease> leases);

    /// <summary>Counts an attempt as failed before it is made, so that simultaneous attempts cannot all be made before the first of
    /// them is counted. An attempt while the key has to wait is refused and not counted.</summary>
    ValueTask<FailureLease> CountAheadAsync(AttemptKey key, Backoff backoff);

    /// <summary>Takes back an attempt that was counted ahead and did not fail.</summary>
    ValueTask GiveBackAsync(AttemptKey key, FailureLease lease);

    /// <summary>Clears the failures of a key and returns whether there were any.</summary>
    ValueTask<bool> ForgetAsync(AttemptKey key);
}

/// <summary>A quota and the key that it is counted under.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AttemptLimit(AttemptKey Key, Quota Quota);

/// <summary>The result of counting a failure ahead.</summary>
/// <param name="IsGranted"><see langword="true"/> if the attempt may be made.</param>
/// <param name="HeldUntil">The time until which the key has to wait if the attempt fails, by the clock of the store; 0 if it does
/// not have to.</param>
/// <param name="CountedBy">The store that has counted the failure, or <see langword="null"/> if none has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FailureLease(bool IsGranted, long HeldUntil, IAttemptStore? CountedBy = null);

/// <summary>The limit of a single key.</summary>
internal static class SingleLimit
{
    /// <summary>Acquires one unit of a quota. A refused attempt is not counted.</summary>
    public static async ValueTask<RateLimitLease> AcquireAsync(this IAttemptStore store, AttemptKey key, Quota quota)
    {
        ArgumentNullException.ThrowIfNull(store);
        return (await store.AcquireAsync([new AttemptLimit(key, quota)]))[0];
    }

    /// <summary>Gives back a unit, once.</summary>
    public static ValueTask ReleaseAsync(this IAttemptStore store, RateLimitLease lease)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.ReleaseAsync([lease]);
    }
}
