using StackExchange.Redis;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The counters in Redis. Each operation is one atomic script that uses the clock of Redis, so that all instances count
/// alike.</summary>
internal sealed class RedisAttempts(ConfigurationOptions address) : IAttemptStore, IAsyncDisposable
{
    /// <summary>The current time in microseconds.</summary>
    private const string Now = "local t = redis.call('TIME') local now = t[1] * 1000000 + t[2] ";

    /// <summary>The same algorithm as <see cref="MemoryAttempts.AcquireAsync"/>.</summary>
    private const string Acquire = Now + """
        local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
        local before = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
        local after = before + interval
        if after - now > window then return {0, before - now} end
        redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
        return {1, after - now}
        """;

    private const string IsThrottled = Now + "return tonumber(redis.call('HGET', KEYS[1], 'held_until') or 0) > now and 1 or 0";

    /// <summary>The same delays as <see cref="Backoff.DelayAfter"/>.</summary>
    private const string Fail = Now + """
        local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
        local delay = 0
        if count >= tonumber(ARGV[1]) then
          delay = math.min(tonumber(ARGV[2]) * 2 ^ math.min(count - ARGV[1], 40), tonumber(ARGV[3]))
        end
        redis.call('HSET', KEYS[1], 'held_until', string.format('%.0f', now + delay))
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return delay
        """;

    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectionMultiplexer.ConnectAsync(address));

    public async ValueTask<RateLimitLease> AcquireAsync(AttemptKey key, Quota quota)
    {
        var answer = (long[])(await RunAsync(Acquire, "quota", key, Microseconds(quota.Interval), Microseconds(quota.Window)))!;
        return new RateLimitLease(quota, answer[0] == 1, FromMicroseconds(answer[1]));
    }

    public async ValueTask<bool> IsThrottledAsync(AttemptKey key) => (bool)await RunAsync(IsThrottled, "failures", key);

    public async ValueTask<TimeSpan> FailAsync(AttemptKey key, Backoff backoff) => FromMicroseconds((long)await RunAsync(
        Fail,
        "failures",
        key,
        backoff.AfterFailures,
        Microseconds(backoff.FirstDelay),
        Microseconds(backoff.MaxDelay),
        (long)backoff.ForgetAfter.TotalMilliseconds));

    public async ValueTask<bool> ForgetAsync(AttemptKey key) =>
        await (await _connection.Value).GetDatabase().KeyDeleteAsync(NameOf("failures", key));

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
            await (await _connection.Value).DisposeAsync();
    }

    private static RedisKey NameOf(string kind, AttemptKey key) => $"btec:{kind}:{key}";

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private static TimeSpan FromMicroseconds(long time) => TimeSpan.FromTicks(time * TimeSpan.TicksPerMicrosecond);

    private async Task<RedisResult> RunAsync(string script, string kind, AttemptKey key, params RedisValue[] arguments) =>
        await (await _connection.Value).GetDatabase().ScriptEvaluateAsync(script, [NameOf(kind, key)], arguments);
}
