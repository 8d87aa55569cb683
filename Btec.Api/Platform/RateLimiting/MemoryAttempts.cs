using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Counts attempts in this process, on a clock that nobody sets.</summary>
public sealed class MemoryAttempts(TimeProvider clock) : IAttemptStore
{
    /// <summary>Keys that are remembered of each kind, at some 60 bytes each: as many addresses as a large botnet has.</summary>
    public const int Capacity = 100_000;

    private readonly long _started = clock.GetTimestamp();
    private readonly ExpiringTable<long> _quotas = new(Capacity);
    private readonly ExpiringTable<Failures> _failures = new(Capacity);

    /// <summary>Keys that take room now.</summary>
    public int Count => _quotas.Count + _failures.Count;

    private long Now => clock.GetElapsedTime(_started).Ticks;

    /// <summary>The generic cell rate algorithm (ITU-T I.371 annex A): one number a key, the time at which all is granted again.</summary>
    public ValueTask<RateLimitLease> AcquireAsync(AttemptKey key, Quota quota)
    {
        var now = Now;
        return ValueTask.FromResult(_quotas.Change(key, now, current =>
        {
            var before = Math.Max(current ?? now, now);
            var after = before + quota.Interval.Ticks;
            return after - now <= quota.Window.Ticks
                ? (new ExpiringTable<long>.Entry(after, after), new RateLimitLease(quota, IsGranted: true, TimeSpan.FromTicks(after - now)))
                : ((ExpiringTable<long>.Entry?)null, new RateLimitLease(quota, IsGranted: false, TimeSpan.FromTicks(before - now)));
        }));
    }

    public ValueTask<bool> IsThrottledAsync(AttemptKey key)
    {
        var now = Now;
        return ValueTask.FromResult(_failures.Change(
            key, now, current => ((ExpiringTable<Failures>.Entry?)null, current is { } failures && failures.HeldUntil > now)));
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
    private readonly record struct Failures(int Count, long HeldUntil);
}
