using System.Net;
using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.HighAvailability;

/// <summary>Three API processes on ports that they keep when they are replaced.</summary>
internal sealed class ApiInstances : IAsyncDisposable
{
    private readonly BtecProcess?[] _processes = new BtecProcess?[LoadBalancer.Instances.Count];

    public IReadOnlyList<int> Ports { get; } = [.. LoadBalancer.Instances.Select(_ => FreePort.Find())];

    public int Count => Ports.Count;

    /// <summary>Starts the processes, and sends each a request of every kind.</summary>
    /// <param name="start">Starts one on a port.</param>
    public static async Task<ApiInstances> StartAsync(Func<int, BtecProcess> start)
    {
        var instances = new ApiInstances();
        try
        {
            await Task.WhenAll(Enumerable.Range(0, instances.Count).Select(instance => instances.StartAsync(instance, start)));
            return instances;
        }
        catch
        {
            await instances.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects to an instance without a load balancer.</summary>
    public Task<HttpClient> ConnectAsync(int instance) => TwoApis.ConnectAsync(_processes[instance]!);

    /// <summary>Asks an instance to stop, and waits until it has ended.</summary>
    public async Task<ProcessEnd> StopAsync(int instance)
    {
        await _processes[instance]!.TerminateAsync();
        var end = (await _processes[instance]!.WaitForEndAsync()).AssertExitCode(0);
        await _processes[instance]!.DisposeAsync();
        _processes[instance] = null;
        return end;
    }

    /// <summary>Starts an instance, and waits until it is ready.</summary>
    public async Task StartAsync(int instance, Func<int, BtecProcess> start)
    {
        _processes[instance] = start(Ports[instance]);
        using var client = await ConnectAsync(instance);
        await Eventually.IsTrueAsync(
            async () =>
            {
                using var ready = await client.GetAsync("/health", TestContext.Current.CancellationToken);
                return ready.StatusCode == HttpStatusCode.OK;
            },
            "the instance is ready");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.OfType<BtecProcess>())
            await process.DisposeAsync();
    }
}
