using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>How long somebody has to wait after so many failures in a row.</summary>
/// <param name="AfterFailures">The first failure that has a delay.</param>
/// <param name="FirstDelay">That delay; each later one is twice as long.</param>
/// <param name="MaxDelay">But no longer than this.</param>
/// <param name="ForgetAfter">The time without a failure after which all is forgotten.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Backoff(int AfterFailures, TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan ForgetAfter)
{
    /// <summary>The delay after so many failures.</summary>
    public TimeSpan DelayAfter(int failures)
    {
        var delay = failures < AfterFailures ? TimeSpan.Zero : FirstDelay;
        for (var doubled = AfterFailures; doubled < failures && delay < MaxDelay; doubled++)
            delay *= 2;

        return delay < MaxDelay ? delay : MaxDelay;
    }
}
