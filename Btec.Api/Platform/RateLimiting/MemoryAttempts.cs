using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The counters of this process. They use a monotonic clock.</summary>
internal sealed class MemoryAttempts(TimeProvider clock) : IAttemptStore
{
    /// <summary>The maximum number of keys of each kind, about 60 bytes each: as many as a large botnet has addresses.</summary>
    public const int Capacity = 100_000;

    private readonly long _started = clock.GetTimestamp();
    private readonly ExpiringTable<long> _quotas = new(Capacity);
    private readonly ExpiringTable<Failures> _failures = new(Capacity);

    /// <summary>The number of stored keys.</summary>
    public int Count => _quotas.Count + _failures.Count;

    private long Now => clock.GetElapsedTime(_started).Ticks;

    /// <inheritdoc/>
    /// <remarks>The generic cell rate algorithm (ITU-T I.371 annex A). It stores one number per key: the time at which the whole
    /// quota is available again.</remarks>
    public ValueTask<IReadOnlyList<RateLimitLease>> AcquireAsync(IReadOnlyList<AttemptLimit> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var now = Now;
        return ValueTask.FromResult(_quotas.Atomically(table =>
        {
            var fullAgainAt = new long[limits.Count];
            var isGranted = true;
            for (var index = 0; index < limits.Count; index++)
            {
                fullAgainAt[index] = Math.Max(table.Find(limits[index].Key, now) ?? now, now);
                isGranted &= Admits(limits[index].Quota, fullAgainAt[index]);
            }

            var leases = new RateLimitLease[limits.Count];
            for (var index = 0; index < limits.Count; index++)
            {
                var (key, quota) = limits[index];
                var admits = Admits(quota, fullAgainAt[index]);
                if (isGranted)
                {
                    fullAgainAt[index] += quota.Interval.Ticks;
                    table.Set(key, fullAgainAt[index], fullAgainAt[index], now);
                }

                leases[index] = new RateLimitLease(
                    limits[index], admits, TimeSpan.FromTicks(fullAgainAt[index] - now), isGranted ? this : null, fullAgainAt[index]);
            }

            return (IReadOnlyList<RateLimitLease>)leases;
        }));

        bool Admits(Quota quota, long fullAgainAt) => fullAgainAt + quota.Interval.Ticks - now <= quota.Window.Ticks;
    }

    public ValueTask ReleaseAsync(IReadOnlyList<RateLimitLease> leases)
    {
        ArgumentNullException.ThrowIfNull(leases);
        var now = Now;
        _quotas.Atomically(table =>
        {
            foreach (var lease in leases.Where(lease => lease.TryRelease(this) && lease.RefilledAt > now))
            {
                if (table.Find(lease.Limit.Key, now) is not { } fullAgainAt)
                    continue;

                fullAgainAt -= lease.Quota.Interval.Ticks;
                if (fullAgainAt > now)
                    table.Set(lease.Limit.Key, fullAgainAt, fullAgainAt, now);
                else
                    table.Remove(lease.Limit.Key);
            }

            return true;
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<FailureLease> CountAheadAsync(AttemptKey key, Backoff backoff)
    {
        var now = Now;
        return ValueTask.FromResult(_failures.Atomically(table =>
        {
            var failures = table.Find(key, now) ?? default;
            if (failures.HeldUntil > now)
                return new FailureLease(IsGranted: false, failures.HeldUntil);

            var count = failures.Count + 1;
            var delay = backoff.DelayAfter(count);
            var heldUntil = delay > TimeSpan.Zero ? now + delay.Ticks : 0;
            table.Set(key, new Failures(count, heldUntil), now + backoff.ForgetAfter.Ticks, now);
            return new FailureLease(IsGranted: true, heldUntil, this);
        }));
    }

    public ValueTask GiveBackAsync(AttemptKey key, FailureLease lease)
    {
        var now = Now;
        _failures.Atomically(table =>
        {
            if (table.Find(key, now) is not { } failures)
                return false;

            if (failures.Count <= 1)
                return table.Remove(key);

            // Another attempt may have set a delay meanwhile, which stays.
            var heldUntil = failures.HeldUntil == lease.HeldUntil ? 0 : failures.HeldUntil;
            return table.Replace(key, new Failures(failures.Count - 1, heldUntil));
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> ForgetAsync(AttemptKey key) => ValueTask.FromResult(_failures.Atomically(table => table.Remove(key)));

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Failures(int Count, long HeldUntil);
}
