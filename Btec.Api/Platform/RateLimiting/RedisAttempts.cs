using StackExchange.Redis;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The counters in Redis. Each operation is one atomic script that uses the clock of Redis, so that all instances count
/// alike.</summary>
internal sealed class RedisAttempts(ConfigurationOptions address) : IAttemptStore, IAsyncDisposable
{
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectionMultiplexer.ConnectAsync(address));

    /// <inheritdoc/>
    /// <remarks>The keys carry the last of them as a hash tag, so that a cluster stores them together. It always is the network that
    /// contains the others.</remarks>
    public async ValueTask<IReadOnlyList<RateLimitLease>> AcquireAsync(IReadOnlyList<AttemptLimit> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var answer = (long[])(await RunAsync(
            RedisScripts.Acquire,
            [.. limits.Select(limit => (RedisKey)$"btec:quota:{{{limits[^1].Key}}}:{limit.Key}")],
            [.. limits.SelectMany(limit => new RedisValue[] { Microseconds(limit.Quota.Interval), Microseconds(limit.Quota.Window) })]))!;
        return
        [
            .. limits.Select((limit, index) =>
                new RateLimitLease(limit.Quota, answer[2 * index] == 1, FromMicroseconds(answer[(2 * index) + 1]))),
        ];
    }

    public async ValueTask<FailureLease> CountAheadAsync(AttemptKey key, Backoff backoff)
    {
        var answer = (long[])(await RunAsync(
            RedisScripts.CountAhead,
            [NameOf(key)],
            [
                backoff.AfterFailures,
                Microseconds(backoff.FirstDelay),
                Microseconds(backoff.MaxDelay),
                (long)backoff.ForgetAfter.TotalMilliseconds,
            ]))!;
        return new FailureLease(answer[0] == 1, answer[1]);
    }

    public async ValueTask GiveBackAsync(AttemptKey key, FailureLease lease) =>
        await RunAsync(RedisScripts.GiveBack, [NameOf(key)], [lease.HeldUntil]);

    public async ValueTask<bool> ForgetAsync(AttemptKey key) =>
        await (await _connection.Value).GetDatabase().KeyDeleteAsync(NameOf(key));

    /// <summary>Connects, and checks that Redis answers.</summary>
    public async Task PingAsync() => await (await _connection.Value).GetDatabase().PingAsync();

    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
            await (await _connection.Value).DisposeAsync();
    }

    private static RedisKey NameOf(AttemptKey key) => $"btec:failures:{key}";

    /// <summary>Returns a time in microseconds, at least one: Redis refuses a key that expires at once.</summary>
    private static long Microseconds(TimeSpan time) => Math.Max(1, time.Ticks / TimeSpan.TicksPerMicrosecond);

    private static TimeSpan FromMicroseconds(long time) => TimeSpan.FromTicks(time * TimeSpan.TicksPerMicrosecond);

    private async Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] arguments) =>
        await (await _connection.Value).GetDatabase().ScriptEvaluateAsync(script, keys, arguments);
}
