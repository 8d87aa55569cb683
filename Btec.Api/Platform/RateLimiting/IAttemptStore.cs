namespace Btec.Api.Platform.RateLimiting;

/// <summary>Where attempts are counted: in this process, or for all instances in one place.</summary>
public interface IAttemptStore
{
    /// <summary>Asks for one more of a quota. What is refused is not counted.</summary>
    ValueTask<RateLimitLease> AcquireAsync(AttemptKey key, Quota quota);

    /// <summary>Whether a key has to wait after its failures.</summary>
    ValueTask<bool> IsThrottledAsync(AttemptKey key);

    /// <summary>Counts a failure, and returns how long the key has to wait.</summary>
    ValueTask<TimeSpan> FailAsync(AttemptKey key, Backoff backoff);

    /// <summary>Forgets the failures of a key.</summary>
    /// <returns>Whether there were any.</returns>
    ValueTask<bool> ForgetAsync(AttemptKey key);
}
