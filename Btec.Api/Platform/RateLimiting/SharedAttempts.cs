using StackExchange.Redis;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Counts in Redis together with the other instances, and alone while Redis is away: nobody is refused for its sake, and nobody
/// waits for it.</summary>
internal sealed partial class SharedAttempts(
    RedisAttempts shared, MemoryAttempts own, TimeProvider clock, ILogger<SharedAttempts> logger) : IAttemptStore, IHostedService
{
    /// <summary>How long one question may take: a Redis nearby answers in one millisecond.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(80);

    /// <summary>How long Redis is left alone after it did not answer: one request a second finds out whether it is back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly long _started = clock.GetTimestamp();
    private long _askAgainAt;
    private int _isAway;

    public ValueTask<RateLimitLease> AcquireAsync(AttemptKey key, Quota quota) => AskAsync(store => store.AcquireAsync(key, quota));

    public ValueTask<bool> IsThrottledAsync(AttemptKey key) => AskAsync(store => store.IsThrottledAsync(key));

    public ValueTask<TimeSpan> FailAsync(AttemptKey key, Backoff backoff) => AskAsync(store => store.FailAsync(key, backoff));

    public ValueTask<bool> ForgetAsync(AttemptKey key) => AskAsync(store => store.ForgetAsync(key));

    /// <summary>Connects before the first request is there, which would not wait for it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await shared.IsThrottledAsync(AttemptKey.Of("start"));
        }
        catch (RedisException)
        {
            // The first request finds it out again, and says so.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask<T> AskAsync<T>(Func<IAttemptStore, ValueTask<T>> ask)
    {
        var now = clock.GetElapsedTime(_started).Ticks;
        var askAgainAt = Interlocked.Read(ref _askAgainAt);
        // While it is away one asker at a time tries it, and the others go on at once.
        if (askAgainAt > now || (_isAway == 1 && Interlocked.CompareExchange(ref _askAgainAt, now + Pause.Ticks, askAgainAt) != askAgainAt))
            return await ask(own);

        try
        {
            var answer = await ask(shared).AsTask().WaitAsync(Patience, clock);
            if (Interlocked.Exchange(ref _isAway, 0) == 1)
            {
                Interlocked.Exchange(ref _askAgainAt, 0);
                LogBack();
            }

            return answer;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            Interlocked.Exchange(ref _askAgainAt, clock.GetElapsedTime(_started).Ticks + Pause.Ticks);
            if (Interlocked.Exchange(ref _isAway, 1) == 0)
                LogAway(exception.GetType().Name);

            return await ask(own);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer ({Fault}): this instance counts attempts by itself until it does.")]
    private partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Information, "Redis answers: attempts are counted there again.")]
    private partial void LogBack();
}
