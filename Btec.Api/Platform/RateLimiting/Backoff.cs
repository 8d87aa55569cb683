using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>An exponential delay after failures in a row.</summary>
/// <param name="AfterFailures">The number of failures from which on there is a delay.</param>
/// <param name="FirstDelay">The first delay. Each later one is twice as long.</param>
/// <param name="MaxDelay">The longest delay.</param>
/// <param name="ForgetAfter">The time without a failure after which the count restarts.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Backoff(int AfterFailures, TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan ForgetAfter)
{
    /// <summary>Returns the delay after a number of failures.</summary>
    public TimeSpan DelayAfter(int failures)
    {
        var delay = failures < AfterFailures ? TimeSpan.Zero : FirstDelay;
        for (var doubled = AfterFailures; doubled < failures && delay < MaxDelay; doubled++)
            delay *= 2;

        return delay < MaxDelay ? delay : MaxDelay;
    }
}
