using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;

namespace Btec.Tests.HighAvailability;

/// <summary>Three APIs on a cluster of three PostgreSQL nodes that is broken on purpose, one cluster for each test.
/// <c>scripts/ha/run.sh</c> runs them, and nothing else does: they take minutes, and need root, Patroni, etcd and HAProxy.</summary>
[Collection(FaultCollection.Name)]
public sealed class PatroniTests
{
    private static readonly string[] Ways = ["hosts", "proxy"];

    /// <summary>The faults and the ways to the database that the script chose.</summary>
    public static TheoryData<string, string> Synchronous { get; } = [.. from fault in (string[])["kill", "switchover", "isolate", "unplug"]
        from way in Ways
        where PatroniCluster.IsChosen(fault, way, "synchronous")
        select (fault, way)];

    /// <summary>The faults that the script chose for a cluster that replicates later.</summary>
    public static TheoryData<string> Asynchronous { get; } = [.. ((string[])["kill", "isolate"])
        .Where(fault => PatroniCluster.IsChosen(fault, "hosts", "asynchronous"))];

    [Theory(Explicit = true, SkipTestWithoutData = true)]
    [MemberData(nameof(Synchronous))]
    public async Task Synchronous_cluster_loses_nothing(string fault, string way)
    {
        await using var apis = await ThreeApis.StartAsync(way, isSynchronous: true);
        await using var load = SteadyLoad.Start(apis.Clients);
        var promoted = await BreakAsync(apis.Cluster, fault);

        await load.FinishAsync(apis.Clients[0]);
        WriteFigures(load, promoted);
        load.AssertOnlyUnavailable();
        load.AssertNormalSince(promoted);
        await apis.Cluster.Database.AssertConsistentAsync();
        await AssertAuditAsync(way);
    }

    [Theory(Explicit = true, SkipTestWithoutData = true)]
    [MemberData(nameof(Asynchronous))]
    public async Task Asynchronous_cluster_loses_what_was_not_yet_replicated(string fault)
    {
        await using var apis = await ThreeApis.StartAsync("hosts", isSynchronous: false);
        await using var load = SteadyLoad.Start(apis.Clients);
        var promoted = await BreakAsync(apis.Cluster, fault);

        await load.StopAsync();
        WriteFigures(load, promoted);
        var known = await apis.Cluster.Database.ReadAsync("SELECT email FROM users");
        var lost = load.Registered.Where(user => !known.Contains(user.Email, StringComparer.Ordinal)).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Lost: {lost.Count} of {load.Registered.Count} confirmed registrations; {load.Violations.Count} users saw a change undone.");
        await AssertAuditAsync("hosts");
    }

    /// <summary>Breaks the cluster after 3 s of load, and lets the load go on for 8 s after another node has become the primary.</summary>
    private static async Task<long> BreakAsync(PatroniCluster cluster, string fault)
    {
        await SteadyLoad.PassAsync(3);
        var leader = await cluster.FindLeaderAsync();
        var broken = cluster.RunAsync(fault, $"{leader}");
        var promoted = await PatroniCluster.WaitForLeaderBesideAsync(leader);
        await broken;
        await SteadyLoad.PassAsync(8);
        return promoted;
    }

    private static void WriteFigures(SteadyLoad load, long promoted)
    {
        foreach (var line in LoadFigures.Of(load, promoted))
            TestContext.Current.TestOutputHelper?.WriteLine(line);
    }

    private static async Task AssertAuditAsync(string way) => (await WorkerRuns.RunAsync(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = PatroniCluster.ToSetting(way),
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
        },
        "--verify-audit")).AssertExitCode(0);
}
