using System.Diagnostics;
using System.Globalization;
using Btec.Tests.Infrastructure;
using StackExchange.Redis;

namespace Btec.Tests.HighAvailability;

/// <summary>Redis with automatic failover: a primary and a replica that three sentinels watch, or a cluster of three primaries with a
/// replica each. Both give up a primary that has not answered for a second.</summary>
internal sealed class RedisGroup : IAsyncDisposable
{
    private const int Patience = 1_000;
    private static readonly string[] Plain = ["save \"\"", "appendonly no"];

    private readonly List<RedisNode> _nodes = [];

    private RedisGroup()
    {
    }

    /// <summary>The value of <c>ConnectionStrings:redis</c>.</summary>
    public string Setting { get; private set; } = "";

    /// <summary>The primary that is killed.</summary>
    public RedisNode Primary => _nodes[0];

    public static async Task<RedisGroup> StartWithSentinelsAsync()
    {
        var group = new RedisGroup();
        await group.AddAsync(1, Plain);
        await group.AddAsync(1, [.. Plain, $"replicaof 127.0.0.1 {Show(group.Primary.Port)}"]);
        await group.AddAsync(
            3,
            $"sentinel monitor btec 127.0.0.1 {Show(group.Primary.Port)} 2",
            $"sentinel down-after-milliseconds btec {Show(Patience)}",
            "sentinel failover-timeout btec 5000");
        group.Setting = $"{string.Join(',', group._nodes.Skip(2).Select(node => node.Address))},serviceName=btec";
        await using var sentinel = await ConnectionMultiplexer.ConnectAsync(
            new ConfigurationOptions { EndPoints = { group._nodes[2].Address }, CommandMap = CommandMap.Sentinel, TieBreaker = "" });
        // It needs a replica to fail over to, and the others to agree.
        await Eventually.IsTrueAsync(
            async () => await sentinel.GetServer(group._nodes[2].Address).SentinelMasterAsync("btec") is { } state
                && Read(state, "num-slaves") == "1" && Read(state, "num-other-sentinels") == "2" && Read(state, "flags") == "master",
            "the sentinels know all");
        return group;
    }

    public static async Task<RedisGroup> StartClusterAsync()
    {
        var group = new RedisGroup();
        await group.AddAsync(6, [.. Plain, "cluster-enabled yes", $"cluster-node-timeout {Show(Patience)}"]);
        group.Setting = string.Join(',', group._nodes.Take(3).Select(node => node.Address));
        using (var create = Process.Start(new ProcessStartInfo(
            "redis-cli", ["--cluster", "create", .. group._nodes.Select(node => node.Address), "--cluster-replicas", "1", "--cluster-yes"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!)
        {
            var output = await create.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await create.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(create.ExitCode == 0, output);
        }

        await group.WaitForReplicasAsync();
        return group;
    }

    /// <summary>Waits until the primary that is killed has a replica with everything that it has answered so far.</summary>
    public async Task WaitForReplicasAsync()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Primary.Address},allowAdmin=true");
        await Eventually.IsTrueAsync(
            async () => (int)await connection.GetServer(Primary.Address).ExecuteAsync("WAIT", "1", "1000") == 1, "the replica has all");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private async Task AddAsync(int count, params string[] lines)
    {
        for (var node = 0; node < count; node++)
            _nodes.Add(await RedisNode.StartAsync(lines));
    }

    private static string? Read(KeyValuePair<string, string>[] state, string name) => Array.Find(state, pair => pair.Key == name).Value;

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
