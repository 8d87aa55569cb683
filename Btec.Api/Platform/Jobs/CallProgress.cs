namespace Btec.Api.Platform.Jobs;

/// <summary>The number of calls that wait for an answer, and the time of the last answer.</summary>
/// <param name="stalledAfter">The time without an answer after which the waiting calls count as stalled.</param>
internal sealed class CallProgress(TimeSpan stalledAfter) : IBlockingCalls
{
    private int _waiting;
    private long _lastProgress;

    public bool AreStalled =>
        Volatile.Read(ref _waiting) > 0
        && Environment.TickCount64 - Interlocked.Read(ref _lastProgress) > (long)stalledAfter.TotalMilliseconds;

    /// <summary>Counts calls that begin (positive) or end (negative).</summary>
    public void Count(int change)
    {
        // An answer is progress; so is the first call after a quiet time.
        if (Interlocked.Add(ref _waiting, change) == change || change < 0)
            Interlocked.Exchange(ref _lastProgress, Environment.TickCount64);
    }
}
