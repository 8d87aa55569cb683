using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Btec.Tests.Protection;

/// <summary>Attempts that Redis has counted, while it is unavailable. The clock stands still, so that no answer times out and Redis is
/// not tried again.</summary>
public sealed class SharedAttemptsTests
{
    private readonly AttemptKey _key = AttemptKey.Of("key");

    [Fact]
    public async Task A_unit_is_given_back_where_it_was_counted_or_nowhere()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var shared = Connect(redis);
        var attempts = Share(shared);
        var quota = new Quota(2, TimeSpan.FromHours(1));
        var inRedis = await attempts.AcquireAsync(_key, quota);
        Assert.Same(shared, inRedis.CountedBy);
        await redis.KillAsync();
        var alone = await attempts.AcquireAsync(_key, quota);
        Assert.True((await attempts.AcquireAsync(_key, quota)).IsGranted);

        await attempts.ReleaseAsync(inRedis);

        Assert.False((await attempts.AcquireAsync(_key, quota)).IsGranted);
        await attempts.ReleaseAsync(alone);
        Assert.True((await attempts.AcquireAsync(_key, quota)).IsGranted);
    }

    [Fact]
    public async Task A_failure_is_taken_back_where_it_was_counted_or_nowhere()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var shared = Connect(redis);
        var attempts = Share(shared);
        var backoff = new Backoff(3, TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        var inRedis = await attempts.CountAheadAsync(_key, backoff);
        Assert.Same(shared, inRedis.CountedBy);
        await redis.KillAsync();
        for (var failure = 0; failure < 2; failure++)
            Assert.True((await attempts.CountAheadAsync(_key, backoff)).IsGranted);

        await attempts.GiveBackAsync(_key, inRedis);

        Assert.True((await attempts.CountAheadAsync(_key, backoff)).IsGranted);
        Assert.False((await attempts.CountAheadAsync(_key, backoff)).IsGranted);
    }

    private static RedisAttempts Connect(RedisServer redis)
    {
        var address = ConfigurationOptions.Parse(redis.Address);
        address.BacklogPolicy = BacklogPolicy.FailFast;
        return new RedisAttempts(address);
    }

    private static SharedAttempts Share(RedisAttempts redis)
    {
        var clock = new FakeTimeProvider();
        return new SharedAttempts(redis, new MemoryAttempts(clock), clock, NullLogger<SharedAttempts>.Instance);
    }
}
