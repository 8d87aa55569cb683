using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>How often something may happen: so many times at once, and then as often as the window holds them.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Quota(int Limit, TimeSpan Window)
{
    /// <summary>The time in which one more is granted.</summary>
    public TimeSpan Interval => Window / Limit;
}

/// <summary>What came of asking for one more.</summary>
/// <param name="IsGranted">Whether it was granted, and counted.</param>
/// <param name="Backlog">The time after which all of the quota is there again.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RateLimitLease(Quota Quota, bool IsGranted, TimeSpan Backlog)
{
    /// <summary>How many more would be granted right now.</summary>
    public int Remaining => IsGranted ? (int)((Quota.Window - Backlog) / Quota.Interval) : 0;

    /// <summary>The time until one more is granted; none while some remain.</summary>
    public TimeSpan RetryAfter => Backlog + Quota.Interval > Quota.Window ? Backlog + Quota.Interval - Quota.Window : TimeSpan.Zero;
}
