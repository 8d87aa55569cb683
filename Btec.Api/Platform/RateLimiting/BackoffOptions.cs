namespace Btec.Api.Platform.RateLimiting;

/// <summary>How wrong passwords for one account from one network slow that network down.</summary>
public sealed class BackoffOptions
{
    /// <summary>The first failure that has a delay: people mistype a password a few times.</summary>
    public int AfterFailures { get; set; } = 5;

    /// <summary>That delay; each later failure has twice the delay of the one before.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>At this delay a network has some hundred guesses a day, the number after which NIST would have an authenticator
    /// disabled (SP 800-63B section 5.2.2).</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The time without a failure after which all is forgotten.</summary>
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.FromHours(1);

    public Backoff ToBackoff() => new(AfterFailures, FirstDelay, MaxDelay, ForgetAfter);

    /// <summary>What is wrong, or <see langword="null"/>.</summary>
    internal string? FindFault()
    {
        if (AfterFailures is < 1 or > 1000)
            return $"RateLimiting:Slowdown:AfterFailures is {AfterFailures}; it goes from 1 to 1000.";

        if (FirstDelay < TimeSpan.FromMilliseconds(1) || FirstDelay > MaxDelay)
            return $"RateLimiting:Slowdown:FirstDelay is {FirstDelay}; it is more than 0 and at most RateLimiting:Slowdown:MaxDelay.";

        if (MaxDelay > TimeSpan.FromDays(1))
            return $"RateLimiting:Slowdown:MaxDelay is {MaxDelay}; it is at most a day.";

        return ForgetAfter <= MaxDelay || ForgetAfter > TimeSpan.FromDays(30)
            ? $"RateLimiting:Slowdown:ForgetAfter is {ForgetAfter}; it is more than RateLimiting:Slowdown:MaxDelay and at most 30 days."
            : null;
    }
}
