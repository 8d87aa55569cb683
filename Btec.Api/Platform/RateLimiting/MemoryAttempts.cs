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
    public ValueTask<RateLimitLease> AcquireAsync(AttemptKey key, Quota quota)
    {
        var now = Now;
        return ValueTask.FromResult(_quotas.Change(key, now, current =>
        {
            var before = Math.Max(current ?? now, now);
            var after = before + quota.Interval.Ticks;
            return after - now <= quota.Window.Ticks
                ? (new ExpiringTable<long>.Entry(after, after), Lease(isGranted: true, after))
                : ((ExpiringTable<long>.Entry?)null, Lease(isGranted: false, before));
        }));

        RateLimitLease Lease(bool isGranted, long fullAgainAt) => new(quota, isGranted, TimeSpan.FromTicks(fullAgainAt - now));
    }

    public ValueTask<bool> IsThrottledAsync(AttemptKey key)
    {
        var now = Now;
        return ValueTask.FromResult(_failures.Change(
            key,
            now,
            current => ((ExpiringTable<Failures>.Entry?)null, current is { } failures && failures.ThrottledUntil > now)));
    }

    public ValueTask<TimeSpan> FailAsync(AttemptKey key, Backoff backoff)
    {
        var now = Now;
        return ValueTask.FromResult(_failures.Change(key, now, current =>
        {
            var count = (current?.Count ?? 0) + 1;
            var delay = backoff.DelayAfter(count);
            ExpiringTable<Failures>.Entry? next = new(new Failures(count, now + delay.Ticks), now + backoff.ForgetAfter.Ticks);
            return (next, delay);
        }));
    }

    public ValueTask<bool> ForgetAsync(AttemptKey key) => ValueTask.FromResult(_failures.Remove(key));

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Failures(int Count, long ThrottledUntil);
}
