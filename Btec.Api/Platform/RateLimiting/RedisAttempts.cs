using StackExchange.Redis;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The counters in Redis. Each operation is one atomic script that uses the clock of Redis, so that all instances count
/// alike.</summary>
internal sealed class RedisAttempts(ConfigurationOptions address) : IAttemptStore, IAsyncDisposable
{
    private readonly RedisConnection _connection = new(address);

    /// <inheritdoc/>
    /// <remarks>The keys carry the last of them as a hash tag, so that a cluster stores them together. It always is the network that
    /// contains the others.</remarks>
    public async ValueTask<IReadOnlyList<RateLimitLease>> AcquireAsync(IReadOnlyList<AttemptLimit> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var answer = (long[])(await RunAsync(
            RedisScripts.Acquire,
            [.. limits.Select(limit => NameOf(limit.Key, limits[^1].Key))],
            [.. limits.SelectMany(limit => new RedisValue[] { Microseconds(limit.Quota.Interval), Microseconds(limit.Quota.Window) })]))!;
        var now = answer[^1];
        var isCounted = limits.Index().All(limit => answer[2 * limit.Index] == 1);
        return
        [
            .. limits.Index().Select(limit => (limit.Item, IsGranted: answer[2 * limit.Index] == 1, Backlog: answer[(2 * limit.Index) + 1]))
                .Select(limit => new RateLimitLease(
                    limit.Item, limit.IsGranted, FromMicroseconds(limit.Backlog), isCounted ? this : null, now + limit.Backlog)),
        ];
    }

    public async ValueTask ReleaseAsync(IReadOnlyList<RateLimitLease> leases)
    {
        ArgumentNullException.ThrowIfNull(leases);
        var released = leases.Where(lease => lease.TryRelease(this)).ToList();
        if (released.Count == 0)
            return;

        await RunAsync(
            RedisScripts.Release,
            [.. released.Select(lease => NameOf(lease.Limit.Key, leases[^1].Limit.Key))],
            [.. released.SelectMany(lease => new RedisValue[] { Microseconds(lease.Quota.Interval), lease.RefilledAt })]);
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
        return new FailureLease(answer[0] == 1, answer[1], answer[0] == 1 ? this : null);
    }

    public async ValueTask GiveBackAsync(AttemptKey key, FailureLease lease) =>
        await RunAsync(RedisScripts.GiveBack, [NameOf(key)], [lease.HeldUntil]);

    public async ValueTask<bool> ForgetAsync(AttemptKey key) =>
        await (await _connection.GetDatabaseAsync()).KeyDeleteAsync(NameOf(key));

    /// <summary>Connects, and checks that Redis answers.</summary>
    public async Task PingAsync() => await (await _connection.GetDatabaseAsync()).PingAsync();

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static RedisKey NameOf(AttemptKey key) => $"btec:failures:{key}";

    private static RedisKey NameOf(AttemptKey quota, AttemptKey hashTag) => $"btec:quota:{{{hashTag}}}:{quota}";

    /// <summary>Returns a time in microseconds, at least one: Redis refuses a key that expires at once.</summary>
    private static long Microseconds(TimeSpan time) => Math.Max(1, time.Ticks / TimeSpan.TicksPerMicrosecond);

    private static TimeSpan FromMicroseconds(long time) => TimeSpan.FromTicks(time * TimeSpan.TicksPerMicrosecond);

    private async Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] arguments) =>
        await (await _connection.GetDatabaseAsync()).ScriptEvaluateAsync(script, keys, arguments);
}
