using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.HighAvailability;

/// <summary>Three API processes on a cluster.</summary>
internal sealed class ThreeApis : IAsyncDisposable
{
    private readonly List<BtecProcess> _processes = [];
    private readonly List<HttpClient> _clients = [];

    private ThreeApis(PatroniCluster cluster) => Cluster = cluster;

    public PatroniCluster Cluster { get; }

    public HttpClient[] Clients => [.. _clients];

    /// <summary>Starts a cluster and the processes, and sends each a request of every kind.</summary>
    /// <param name="way"><c>hosts</c> to connect to the nodes, or <c>proxy</c> to connect through HAProxy.</param>
    public static async Task<ThreeApis> StartAsync(string way, bool isSynchronous)
    {
        var apis = new ThreeApis(await PatroniCluster.StartAsync(isSynchronous));
        try
        {
            await apis.Cluster.Database.MigrateAsync();
            var settings = TwoApis.ToSettings(apis.Cluster.Database, ("ConnectionStrings:btecdb", PatroniCluster.ToSetting(way)));
            apis._processes.AddRange(Enumerable.Range(0, 3).Select(_ => BtecProcess.StartApi(settings)));
            foreach (var process in apis._processes)
                apis._clients.Add(await TwoApis.ConnectAsync(process));

            await Task.WhenAll(apis._clients.Select(TwoApis.WarmAsync));
            return apis;
        }
        catch
        {
            await apis.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var process in _processes)
            await process.DisposeAsync();

        await Cluster.DisposeAsync();
    }
}
