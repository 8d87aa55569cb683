using Btec.Api.Platform.RateLimiting;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Protection;

public sealed class MemoryAttemptsTests
{
    private static readonly Quota s_quota = new(3, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task A_flood_of_addresses_stays_within_the_capacity_and_does_not_evict_a_limited_key()
    {
        var attempts = new MemoryAttempts(new FakeTimeProvider());
        var limited = AttemptKey.Of("limited");
        for (var attempt = 0; attempt < s_quota.Limit; attempt++)
            Assert.True((await attempts.AcquireAsync(limited, s_quota)).IsGranted);

        for (var index = 0; index < 3 * MemoryAttempts.Capacity; index++)
            await attempts.AcquireAsync(AttemptKey.Of("flood", $"{index}"), s_quota);

        Assert.InRange(attempts.Count, 1, MemoryAttempts.Capacity);
        Assert.False((await attempts.AcquireAsync(limited, s_quota)).IsGranted);
    }

    [Fact]
    public async Task A_unit_that_was_refilled_meanwhile_is_not_given_back()
    {
        var clock = new FakeTimeProvider();
        var attempts = new MemoryAttempts(clock);
        var early = await attempts.AcquireAsync(AttemptKey.Of("one"), s_quota);
        clock.Advance(s_quota.Interval);
        for (var attempt = 0; attempt < s_quota.Limit; attempt++)
            Assert.True((await attempts.AcquireAsync(AttemptKey.Of("one"), s_quota)).IsGranted);

        await attempts.ReleaseAsync(early);

        Assert.False((await attempts.AcquireAsync(AttemptKey.Of("one"), s_quota)).IsGranted);
    }

    [Fact]
    public async Task Concurrent_attempts_are_granted_exactly_up_to_the_limit()
    {
        var attempts = new MemoryAttempts(new FakeTimeProvider());
        var leases = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(
            async () => await attempts.AcquireAsync(AttemptKey.Of("one"), new Quota(100, TimeSpan.FromMinutes(1))))));

        Assert.Equal(100, leases.Count(lease => lease.IsGranted));
    }
}
