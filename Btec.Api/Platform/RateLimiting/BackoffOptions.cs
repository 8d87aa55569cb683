namespace Btec.Api.Platform.RateLimiting;

/// <summary>The settings of the delays after wrong passwords for one account from one network.</summary>
internal sealed class BackoffOptions(int afterFailures, TimeSpan firstDelay, TimeSpan forgetAfter)
{
    /// <summary>The number of failures from which on there is a delay, from 1 to 1,000.</summary>
    public int AfterFailures { get; set; } = afterFailures;

    /// <summary>The first delay. Each later one is twice as long.</summary>
    public TimeSpan FirstDelay { get; set; } = firstDelay;

    /// <summary>The longest delay, at most a day. With 15 minutes, a network has about 100 guesses a day.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The time without a failure after which the count restarts, at most 30 days. It must be longer than
    /// <see cref="MaxDelay"/>, or waiting would reset the delay.</summary>
    public TimeSpan ForgetAfter { get; set; } = forgetAfter;

    public Backoff ToBackoff() => new(AfterFailures, FirstDelay, MaxDelay, ForgetAfter);

    /// <summary>Returns the error in the settings, or <see langword="null"/> if there is none.</summary>
    internal string? FindFault(string section)
    {
        if (AfterFailures is < 1 or > 1000)
            return $"{section}:AfterFailures must be between 1 and 1,000, but is {AfterFailures}.";

        if (FirstDelay < TimeSpan.FromMilliseconds(1) || FirstDelay > MaxDelay)
            return $"{section}:FirstDelay must be between 1 ms and {section}:MaxDelay, but is {FirstDelay}.";

        if (MaxDelay > TimeSpan.FromDays(1))
            return $"{section}:MaxDelay must be at most 1 day, but is {MaxDelay}.";

        return ForgetAfter <= MaxDelay || ForgetAfter > TimeSpan.FromDays(30)
            ? $"{section}:ForgetAfter must be longer than {section}:MaxDelay and at most 30 days, but is {ForgetAfter}."
            : null;
    }
}
