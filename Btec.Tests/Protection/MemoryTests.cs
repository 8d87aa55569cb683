using Btec.Api.Platform.RateLimiting;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Protection;

public sealed class MemoryTests
{
    private static readonly Quota s_quota = new(3, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task A_flood_of_addresses_takes_no_more_room_than_there_is_and_does_not_free_who_is_limited()
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
    public async Task Of_simultaneous_attempts_as_many_are_granted_as_there_may_be()
    {
        var attempts = new MemoryAttempts(new FakeTimeProvider());
        var spendings = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(
            async () => await attempts.AcquireAsync(AttemptKey.Of("one"), new Quota(100, TimeSpan.FromMinutes(1))))));

        Assert.Equal(100, spendings.Count(lease => lease.IsGranted));
    }
}
