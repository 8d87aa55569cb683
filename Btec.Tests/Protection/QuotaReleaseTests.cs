using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Btec.Tests.Protection;

/// <summary>Units of a quota that are given back.</summary>
public abstract class QuotaReleaseTests : IAsyncLifetime
{
    private readonly AttemptKey _key = AttemptKey.Of("key");
    private readonly Quota _quota = new(3, TimeSpan.FromHours(1));

    private IAttemptStore? _attempts;

    private IAttemptStore Attempts => _attempts!;

    public sealed class InMemory : QuotaReleaseTests
    {
        private protected override Task<IAttemptStore> StartAsync() =>
            Task.FromResult<IAttemptStore>(new MemoryAttempts(new FakeTimeProvider()));
    }

    public sealed class InRedis : QuotaReleaseTests
    {
        private RedisServer? _server;
        private RedisAttempts? _redis;

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            if (_redis is not null)
                await _redis.DisposeAsync();
            if (_server is not null)
                await _server.DisposeAsync();
        }

        private protected override async Task<IAttemptStore> StartAsync()
        {
            _server = await RedisServer.StartAsync();
            return _redis = new RedisAttempts(ConfigurationOptions.Parse(_server.Address));
        }
    }

    public async ValueTask InitializeAsync() => _attempts = await StartAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_unit_that_was_given_back_is_granted_again()
    {
        var leases = await AcquireAsync(_key, granted: 3);

        await Attempts.ReleaseAsync(leases[1]);

        await AcquireAsync(_key, granted: 1);
    }

    [Fact]
    public async Task A_unit_is_given_back_once_however_often_it_is_tried()
    {
        var leases = await AcquireAsync(_key, granted: 3);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await Attempts.ReleaseAsync(leases[0]))));

        await AcquireAsync(_key, granted: 1);
    }

    [Fact]
    public async Task A_quota_that_was_not_used_otherwise_is_whole_again_and_no_larger()
    {
        var lease = await Attempts.AcquireAsync(_key, _quota);
        Assert.Equal(2, lease.Remaining);

        await Attempts.ReleaseAsync(lease);

        Assert.Equal(3, lease.Remaining);
        await AcquireAsync(_key, granted: 3);
    }

    [Fact]
    public async Task A_unit_that_was_not_counted_is_not_given_back()
    {
        var narrow = new AttemptLimit(AttemptKey.Of("narrow"), _quota with { Limit = 1 });
        var wide = new AttemptLimit(_key, _quota);
        Assert.All(await Attempts.AcquireAsync([narrow, wide]), lease => Assert.True(lease.IsGranted));
        var refused = await Attempts.AcquireAsync([narrow, wide]);
        Assert.Equal([false, true], refused.Select(lease => lease.IsGranted));

        await Attempts.ReleaseAsync(refused);

        Assert.False((await Attempts.AcquireAsync([narrow, wide]))[0].IsGranted);
        var other = new AttemptLimit(AttemptKey.Of("other"), _quota);
        Assert.Equal([2, 1], (await Attempts.AcquireAsync([other, wide])).Select(lease => lease.Remaining));
    }

    [Fact]
    public async Task Units_of_several_quotas_are_given_back_together()
    {
        var limits = Enumerable.Range(0, 3).Select(index => new AttemptLimit(AttemptKey.Of("several", $"{index}"), _quota)).ToList();
        var leases = await Attempts.AcquireAsync(limits);
        await Attempts.AcquireAsync(limits);

        await Attempts.ReleaseAsync(leases);

        Assert.Equal([1, 1, 1], (await Attempts.AcquireAsync(limits)).Select(lease => lease.Remaining));
    }

    private protected abstract Task<IAttemptStore> StartAsync();

    /// <summary>Acquires the units that are left, and checks their number.</summary>
    private async Task<List<RateLimitLease>> AcquireAsync(AttemptKey key, int granted)
    {
        var leases = new List<RateLimitLease>();
        for (var unit = 0; unit <= granted; unit++)
            leases.Add(await Attempts.AcquireAsync(key, _quota));

        Assert.Equal(granted, leases.Count(lease => lease.IsGranted));
        Assert.True(leases[^1].RetryAfter > TimeSpan.Zero);
        return leases;
    }
}
