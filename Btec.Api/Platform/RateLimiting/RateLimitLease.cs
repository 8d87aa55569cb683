using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The result of acquiring one unit of a quota.</summary>
/// <param name="IsGranted"><see langword="true"/> if the unit was granted, and thus counted.</param>
/// <param name="Backlog">The time until the whole quota is available again.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RateLimitLease(Quota Quota, bool IsGranted, TimeSpan Backlog)
{
    /// <summary>The number of units that would be granted now.</summary>
    public int Remaining => IsGranted ? (int)((Quota.Window - Backlog) / Quota.Interval) : 0;

    /// <summary>The time until a unit is granted; zero while some remain.</summary>
    public TimeSpan RetryAfter =>
        Backlog + Quota.Interval > Quota.Window ? Backlog + Quota.Interval - Quota.Window : TimeSpan.Zero;
}
