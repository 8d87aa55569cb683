using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Faults;

/// <summary>Jumps of a machine's clock: the time of day changes, but no time has passed.</summary>
[Collection(FaultCollection.Name)]
public sealed class ClockJumpTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task When_the_clock_of_both_APIs_jumps_by_an_hour_and_back_no_client_notices(int hours)
    {
        await using var apis = await TwoClocks.StartAsync();
        await using var load = SteadyLoad.Start(apis.Left.CreateClient(), apis.Right.CreateClient());
        await SteadyLoad.PassAsync(1);

        TwoClocks.Jump(hours, apis.Left.Clock, apis.Right.Clock);
        await SteadyLoad.PassAsync(1);
        TwoClocks.Jump(-hours, apis.Left.Clock, apis.Right.Clock);
        await SteadyLoad.PassAsync(1);

        await load.FinishAsync(apis.Left.CreateClient());
        Assert.DoesNotContain(load.Answers, answer => answer.IsInconclusive);
        await apis.Database.AssertConsistentAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task When_the_clock_of_one_API_jumps_by_an_hour_each_still_accepts_the_tokens_of_the_other(int hours)
    {
        await using var apis = await TwoClocks.StartAsync();
        var (left, right) = (apis.Left.CreateClient(), apis.Right.CreateClient());
        var before = await left.StartSessionOfNewUserAsync();

        TwoClocks.Jump(hours, apis.Left.Clock);

        foreach (var (here, there) in new[] { (left, right), (right, left) })
        {
            before = await there.RefreshAsync((await here.RefreshAsync(before.Refresh)).Refresh);
            await here.AssertAliveAsync(await there.StartSessionOfNewUserAsync());
        }

        await left.AssertAliveAsync(before);
    }

    /// <summary>Two instances on one database, each with its own clock.</summary>
    private sealed class TwoClocks : IAsyncDisposable
    {
        private static readonly Dictionary<string, string?> Settings = new(StringComparer.Ordinal) { ["RateLimiting:Enabled"] = "false" };

        private TwoClocks(TestDatabase database, BtecApi left, BtecApi right) => (Database, Left, Right) = (database, left, right);

        public TestDatabase Database { get; }

        public BtecApi Left { get; }

        public BtecApi Right { get; }

        public static async Task<TwoClocks> StartAsync()
        {
            var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
            var now = TimeProvider.System.GetUtcNow();
            return new TwoClocks(
                database,
                await BtecApi.StartInstanceAsync(database, new MachineClock(now), Settings),
                await BtecApi.StartInstanceAsync(database, new MachineClock(now), Settings));
        }

        public static void Jump(int hours, params FakeTimeProvider[] clocks)
        {
            foreach (var clock in clocks)
                clock.AdjustTime(clock.GetUtcNow().AddHours(hours));
        }

        /// <summary>A clock with a separate monotonic timestamp, as on a real machine. In <see cref="FakeTimeProvider"/> setting
        /// the time also moves the timestamp.</summary>
        private sealed class MachineClock(DateTimeOffset now) : FakeTimeProvider(now)
        {
            public override long GetTimestamp() => System.GetElapsedTime(0).Ticks;
        }

        public async ValueTask DisposeAsync()
        {
            await Left.DisposeAsync();
            await Right.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
