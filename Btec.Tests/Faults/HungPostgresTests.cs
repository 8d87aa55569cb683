using System.Diagnostics;
using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>A database that accepts connections and does not answer.</summary>
[Collection(FaultCollection.Name)]
public sealed class HungPostgresTests
{
    [Fact]
    public async Task While_PostgreSQL_hangs_clients_are_asked_to_retry_within_5_seconds()
    {
        await using var apis = await TwoApis.StartAsync();
        await using var load = SteadyLoad.Start(apis.Left, apis.Right);
        await SteadyLoad.PassAsync(1.5);

        await apis.Postgres.FreezeAsync();
        await SteadyLoad.PassAsync(6);
        await AssertAliveAsync(apis.Left);

        await apis.Postgres.ThawAsync();
        var back = Stopwatch.GetTimestamp();
        await SteadyLoad.PassAsync(6.5);

        await load.FinishAsync(apis.Left);
        load.AssertOnlyUnavailable();
        load.AssertNormalSince(back);
        await apis.Database.AssertConsistentAsync();
    }

    [Fact]
    public async Task While_foreign_locks_exhaust_the_connection_pools_clients_are_asked_to_retry_within_5_seconds()
    {
        await using var apis = await TwoApis.StartAsync(connection: "Maximum Pool Size=4");
        await using var load = SteadyLoad.Start(apis.Left, apis.Right);
        await SteadyLoad.PassAsync(1.5);

        await using (await HeldRows.TakeAsync(apis.Database, "LOCK TABLE users"))
        {
            await SteadyLoad.PassAsync(6);
            await AssertAliveAsync(apis.Left);
        }

        var back = Stopwatch.GetTimestamp();
        await SteadyLoad.PassAsync(6.5);

        await load.FinishAsync(apis.Left);
        load.AssertOnlyUnavailable();
        load.AssertNormalSince(back);
        await apis.Database.AssertConsistentAsync();
    }

    /// <summary>Checks that the liveness probe answers before an orchestrator would restart the process.</summary>
    private static async Task AssertAliveAsync(HttpClient api)
    {
        using var alive = await api.GetAsync("/alive", accessToken: null).WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }
}
