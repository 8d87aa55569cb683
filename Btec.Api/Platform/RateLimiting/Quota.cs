using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>A rate: a burst of <paramref name="Limit"/>, refilled evenly over <paramref name="Window"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Quota(int Limit, TimeSpan Window)
{
    /// <summary>The time in which one unit is refilled.</summary>
    public TimeSpan Interval => Window / Limit;
}
