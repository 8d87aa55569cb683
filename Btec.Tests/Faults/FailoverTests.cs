using System.Diagnostics;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;

namespace Btec.Tests.Faults;

/// <summary>The loss of the primary of two PostgreSQL servers, and the promotion of the standby.</summary>
[Collection(FaultCollection.Name)]
public sealed class FailoverTests
{
    [Fact]
    public async Task After_a_promotion_all_is_normal_within_5_seconds_and_no_confirmed_change_is_lost()
    {
        await using var postgres = await ReplicatedPostgres.StartAsync();
        await postgres.MakeSynchronousAsync();
        await using var apis = await TwoApis.StartAsync(postgres.Primary, postgres.Hosts);
        await using var load = SteadyLoad.Start(apis.Left, apis.Right);
        await SteadyLoad.PassAsync(1);

        // Commits wait for the standby until they time out. They may have happened on the primary, but must not be confirmed.
        await postgres.Standby.FreezeAsync();
        await SteadyLoad.PassAsync(2.8);
        await postgres.Primary.KillAsync();
        await postgres.Standby.ThawAsync();
        await SteadyLoad.PassAsync(0.5);
        await postgres.Standby.PromoteAsync();
        var promoted = Stopwatch.GetTimestamp();
        await SteadyLoad.PassAsync(5.3);

        await load.FinishAsync(apis.Left);
        load.AssertOnlyUnavailable();
        load.AssertNormalSince(promoted);
        await postgres.Standby.Database.AssertConsistentAsync();
        var verified = await WorkerRuns.RunAsync(
            apis.Database.ToSettings(
                ("ConnectionStrings:btecdb", $"{apis.Database.ConnectionString};{postgres.Hosts}"), ("Jwt:SigningKey", BtecApi.SigningKey)),
            "--verify-audit");
        verified.AssertExitCode(0);
    }
}
