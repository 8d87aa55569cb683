namespace Btec.Api.Platform.RateLimiting;

/// <summary>The result of acquiring one unit of a quota.</summary>
/// <param name="limit">The quota and its key.</param>
/// <param name="isGranted"><see langword="true"/> if the quota had a unit left.</param>
/// <param name="backlog">The time until the whole quota is available again.</param>
/// <param name="countedBy">The store that has counted the unit, or <see langword="null"/> if none has: the quota had none left, or
/// another one that was asked together with it.</param>
/// <param name="refilledAt">The time at which the unit will have been refilled, by the clock of the store.</param>
internal sealed class RateLimitLease(
    AttemptLimit limit, bool isGranted, TimeSpan backlog, IAttemptStore? countedBy = null, long refilledAt = 0)
{
    private int _isReleased;

    public AttemptLimit Limit => limit;

    public Quota Quota => limit.Quota;

    /// <summary>Gets a value indicating whether the quota had a unit left.</summary>
    public bool IsGranted => isGranted;

    /// <summary>The store that has counted the unit, or <see langword="null"/> if none has.</summary>
    public IAttemptStore? CountedBy => countedBy;

    /// <summary>The time at which the unit will have been refilled, by the clock of the store.</summary>
    public long RefilledAt => refilledAt;

    /// <summary>The time until the whole quota is available again.</summary>
    public TimeSpan Backlog => _isReleased == 0 ? backlog : TimeSpan.FromTicks(Math.Max(0, (backlog - Quota.Interval).Ticks));

    /// <summary>The number of units that would be granted now.</summary>
    public int Remaining => IsGranted ? (int)((Quota.Window - Backlog) / Quota.Interval) : 0;

    /// <summary>The time until a unit is granted; zero while some remain.</summary>
    public TimeSpan RetryAfter =>
        Backlog + Quota.Interval > Quota.Window ? Backlog + Quota.Interval - Quota.Window : TimeSpan.Zero;

    /// <summary>Marks the unit as released, and returns whether a store has to give it back: the one that counted it, once.</summary>
    public bool TryRelease(IAttemptStore store) => countedBy == store && Interlocked.Exchange(ref _isReleased, 1) == 0;
}
