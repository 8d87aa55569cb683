using System.Diagnostics;

namespace Btec.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class PostgresKilledTests
{
    [Fact]
    public async Task While_PostgreSQL_is_down_clients_are_asked_to_retry_and_no_confirmed_change_is_lost()
    {
        await using var apis = await TwoApis.StartAsync();
        await using var load = SteadyLoad.Start(apis.Left, apis.Right);
        await SteadyLoad.PassAsync(1.5);

        await apis.Postgres.KillAsync();
        await SteadyLoad.PassAsync(2.5);
        await apis.Postgres.RestartAsync();
        var back = Stopwatch.GetTimestamp();
        await SteadyLoad.PassAsync(6.5);

        await load.FinishAsync(apis.Left);
        load.AssertOnlyUnavailable();
        load.AssertNormalSince(back);
        await apis.Database.AssertConsistentAsync();
    }
}
