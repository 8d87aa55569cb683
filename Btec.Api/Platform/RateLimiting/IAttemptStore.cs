namespace Btec.Api.Platform.RateLimiting;

/// <summary>The counters of attempts, in this process or shared by all instances.</summary>
internal interface IAttemptStore
{
    /// <summary>Acquires one unit of a quota. A refused attempt is not counted.</summary>
    ValueTask<RateLimitLease> AcquireAsync(AttemptKey key, Quota quota);

    /// <summary>Returns whether a key must wait because of its failures.</summary>
    ValueTask<bool> IsThrottledAsync(AttemptKey key);

    /// <summary>Counts a failure and returns the time for which the key must now wait.</summary>
    ValueTask<TimeSpan> FailAsync(AttemptKey key, Backoff backoff);

    /// <summary>Clears the failures of a key and returns whether there were any.</summary>
    ValueTask<bool> ForgetAsync(AttemptKey key);
}
