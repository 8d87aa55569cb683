using System.Diagnostics;
using System.Globalization;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.HighAvailability;

/// <summary>A cluster of three PostgreSQL nodes, run by <c>scripts/ha/cluster.sh</c> within the namespaces of
/// <c>scripts/ha/run.sh</c>.</summary>
internal sealed class PatroniCluster : IAsyncDisposable
{
    private const string Chosen = "BTEC_TEST_HA";
    private const string Nodes = "10.111.0.1:5432,10.111.0.2:5432,10.111.0.3:5432";
    private const string Proxy = "127.0.0.1:5000";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("btec-tests-ha-");

    private PatroniCluster()
    {
    }

    /// <summary>The primary, found among all nodes.</summary>
    public TestDatabase Database { get; } = TestDatabase.Of($"{ToSetting("hosts")};Target Session Attributes=read-write;Host Recheck Seconds=0");

    /// <summary>Returns whether the script was given no other words than those of a scenario.</summary>
    public static bool IsChosen(params IEnumerable<string> words) => !(Environment.GetEnvironmentVariable(Chosen) ?? "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(words, StringComparer.Ordinal).Any();

    /// <summary>Starts the nodes.</summary>
    public static async Task<PatroniCluster> StartAsync(bool isSynchronous)
    {
        var cluster = new PatroniCluster();
        await cluster.RunAsync("up", isSynchronous ? "true" : "false");
        return cluster;
    }

    /// <summary>Returns the connection string through HAProxy, or with all nodes.</summary>
    public static string ToSetting(string way) => $"Host={(way == "proxy" ? Proxy : Nodes)};Username=btec;Database=btec";

    /// <summary>Returns the number of the node that is the primary.</summary>
    public async Task<int> FindLeaderAsync() => int.Parse(await RunAsync("leader"), CultureInfo.InvariantCulture);

    /// <summary>Waits until another node has become the primary, and returns the time of that.</summary>
    public static async Task<long> WaitForLeaderBesideAsync(int former)
    {
        var others = Enumerable.Range(1, 3).Where(node => node != former).Select(node => new NpgsqlConnectionStringBuilder
        {
            Host = $"10.111.0.{node}",
            Username = "btec",
            Database = "postgres",
            Pooling = false,
            Timeout = 1,
            CommandTimeout = 1,
        }.ToString()).ToList();
        await Eventually.IsTrueAsync(async () => (await Task.WhenAll(others.Select(IsPrimaryAsync))).Contains(true), "another node leads");
        return Stopwatch.GetTimestamp();
    }

    /// <summary>Runs a command of the script.</summary>
    public Task<string> RunAsync(string command, params string[] arguments) =>
        ShellScript.RunAsync("scripts/ha/cluster.sh", [command, _folder.FullName, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("down");
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> IsPrimaryAsync(string node)
    {
        try
        {
            await using var connection = new NpgsqlConnection(node);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return (await connection.ReadAsync("SELECT pg_is_in_recovery()")) is ["False"];
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
