using System.Diagnostics;

namespace Btec.Tests.Faults;

[Collection(FaultTests.Name)]
public sealed class PostgresKilledTests
{
    [Fact]
    public async Task While_PostgreSQL_is_dead_clients_are_told_to_come_back_and_then_all_is_as_it_was_promised()
    {
        await using var apis = await TwoApis.StartAsync();
        await using var load = SteadyLoad.Start(apis.Left, apis.Right);
        await SteadyLoad.PassAsync(1.5);

        await apis.Postgres.KillAsync();
        await SteadyLoad.PassAsync(2.5);
        await apis.Postgres.StartAgainAsync();
        var back = Stopwatch.GetTimestamp();
        await SteadyLoad.PassAsync(6.5);

        await load.FinishAsync(apis.Left);
        load.AssertOnlyUnavailable();
        load.AssertNormalSince(back);
        await apis.Database.AssertWholeAsync();
    }
}
