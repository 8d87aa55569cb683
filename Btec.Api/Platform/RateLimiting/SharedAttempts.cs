using StackExchange.Redis;

using Btec.Api.Platform.Jobs;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The counters in Redis, with those of this process as a fallback. While Redis is unavailable, each instance
/// counts on its own, and no request waits for it.</summary>
internal sealed partial class SharedAttempts(
    RedisAttempts shared, MemoryAttempts own, TimeProvider clock, ILogger<SharedAttempts> logger)
    : IAttemptStore, IBlockingCalls, IHostedService
{
    /// <summary>The time limit of one operation. Redis in the same data center answers within a millisecond.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMilliseconds(80);

    /// <summary>The pause after Redis did not answer. Then one request tries it again.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>The questions to Redis. They are given up after <see cref="AnswerTimeout"/>, if a thread is left for that.</summary>
    private readonly CallProgress _questions = new(2 * AnswerTimeout);

    private readonly long _started = clock.GetTimestamp();
    private long _retryAt;
    private int _isUnavailable;

    /// <inheritdoc/>
    /// <remarks>While Redis is unavailable, its client goes on to ask sentinels.</remarks>
    public bool AreStalled => Volatile.Read(ref _isUnavailable) == 1 || _questions.AreStalled;

    public ValueTask<IReadOnlyList<RateLimitLease>> AcquireAsync(IReadOnlyList<AttemptLimit> limits) =>
        AskAsync(store => store.AcquireAsync(limits));

    public ValueTask ReleaseAsync(IReadOnlyList<RateLimitLease> leases)
    {
        ArgumentNullException.ThrowIfNull(leases);
        return TellAsync(leases[0].CountedBy, store => store.ReleaseAsync(leases));
    }

    public ValueTask<FailureLease> CountAheadAsync(AttemptKey key, Backoff backoff) =>
        AskAsync(store => store.CountAheadAsync(key, backoff));

    public ValueTask GiveBackAsync(AttemptKey key, FailureLease lease) =>
        TellAsync(lease.CountedBy, store => store.GiveBackAsync(key, lease));

    public ValueTask<bool> ForgetAsync(AttemptKey key) => AskAsync(store => store.ForgetAsync(key));

    /// <summary>Connects at start-up, because the first request would not wait for the connection.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await shared.PingAsync();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // The first request fails in the same way, and logs it.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives back to the store that has counted. What Redis has counted stays counted if it does not answer: the other
    /// store would give back what somebody else has used.</summary>
    private async ValueTask TellAsync(IAttemptStore? countedBy, Func<IAttemptStore, ValueTask> giveBack)
    {
        if (countedBy == own)
        {
            await giveBack(own);
        }
        else if (countedBy == shared)
        {
            await AskAsync(async store =>
            {
                if (store == shared)
                    await giveBack(shared);

                return true;
            });
        }
    }

    private async ValueTask<T> AskAsync<T>(Func<IAttemptStore, ValueTask<T>> ask)
    {
        var now = clock.GetElapsedTime(_started).Ticks;
        var retryAt = Interlocked.Read(ref _retryAt);
        // While Redis is unavailable, one request at a time tries it; the others use the fallback at once.
        if (retryAt > now
            || (_isUnavailable == 1
                && Interlocked.CompareExchange(ref _retryAt, now + RetryDelay.Ticks, retryAt) != retryAt))
            return await ask(own);

        _questions.Count(1);
        try
        {
            var answer = await ask(shared).AsTask().WaitAsync(AnswerTimeout, clock);
            if (Interlocked.Exchange(ref _isUnavailable, 0) == 1)
            {
                Interlocked.Exchange(ref _retryAt, 0);
                LogAvailable();
            }

            return answer;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            Interlocked.Exchange(ref _retryAt, clock.GetElapsedTime(_started).Ticks + RetryDelay.Ticks);
            if (Interlocked.Exchange(ref _isUnavailable, 1) == 0)
                LogUnavailable(exception.GetType().Name);

            return await ask(own);
        }
        finally
        {
            _questions.Count(-1);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer ({Fault}). Until it does, this instance counts attempts on its own.")]
    private partial void LogUnavailable(string fault);

    [LoggerMessage(LogLevel.Information, "Redis answers again and counts attempts for all instances.")]
    private partial void LogAvailable();
}
