using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Faults;

/// <summary>Clients that hold connections open and send little or nothing.</summary>
[Collection(FaultCollection.Name)]
public sealed class SlowClientLoadTests
{
    private const int SlowClients = 300;
    private const int IdleClients = 10_000;

    /// <summary>The file descriptors that this process and the API need besides the idle connections.</summary>
    private const int OtherFiles = 1_000;

    [Fact]
    public async Task Clients_that_trickle_headers_or_bodies_do_not_delay_others()
    {
        await using var apis = await TwoApis.StartAsync();
        var probe = await Probe.StartAsync(apis.Left);
        const string Body = "POST /api/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
        using var headers = await OpenConnections.OpenAsync(apis.Left, SlowClients, "GET /alive HTTP/1.1\r\nHost: a\r\n");
        using var bodies = await OpenConnections.OpenAsync(apis.Left, SlowClients, Body);

        for (var round = 0; round < 6; round++)
        {
            await SteadyLoad.PassAsync(1);
            await headers.SendAsync("x");
            await bodies.SendAsync(" ");
        }

        await probe.StopAsync();
        probe.AssertCalm();
        // Kestrel requires 240 bytes per second after a grace period of 5 s.
        await Eventually.IsTrueAsync(() => Task.FromResult(bodies.CountAnswered() == SlowClients), "the slow bodies are aborted");
    }

    [Fact]
    public async Task Thousands_of_idle_connections_do_not_delay_others()
    {
        // They all come from one address.
        await using var apis = await TwoApis.StartAsync(settings: ("Server:MaxConnectionsPerAddress", "20000"));
        var count = Math.Min(IdleClients, ReadFileLimit() - OtherFiles);
        if (count < 100)
            TestDatabase.SkipOrFail("The limit of open files is too low.");

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} connections; this system lets a process open {ReadFileLimit()} files.");
        using var idle = await OpenConnections.OpenAsync(apis.Left, count, "");
        var probe = await Probe.StartAsync(apis.Left);

        await SteadyLoad.PassAsync(3);

        await probe.StopAsync();
        probe.AssertCalm();
        // New connections are accepted too.
        using var next = new HttpClient { BaseAddress = apis.Left.BaseAddress };
        using var alive = await next.GetAsync("/alive", accessToken: null);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(0, idle.CountAnswered());
    }

    private static int ReadFileLimit()
    {
        const int Unknown = 1_024;
        const string Limits = "/proc/self/limits";
        var line = File.Exists(Limits)
            ? File.ReadLines(Limits).FirstOrDefault(limit => limit.StartsWith("Max open files", StringComparison.Ordinal))
            : null;
        var soft = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return int.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : Unknown;
    }

    /// <summary>Connections on which at most the beginning of a request was sent.</summary>
    private sealed class OpenConnections(List<Socket> sockets) : IDisposable
    {
        public static async Task<OpenConnections> OpenAsync(HttpClient api, int count, string beginning)
        {
            var sockets = new List<Socket>();
            var connections = new OpenConnections(sockets);
            try
            {
                while (sockets.Count < count)
                {
                    var next = Enumerable.Range(0, Math.Min(200, count - sockets.Count))
                        .Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
                    sockets.AddRange(next);
                    await Task.WhenAll(next.Select(socket =>
                        socket.ConnectAsync(IPAddress.Loopback, api.BaseAddress!.Port, TestContext.Current.CancellationToken).AsTask()));
                }

                if (beginning.Length > 0)
                    await connections.SendAsync(beginning);

                return connections;
            }
            catch
            {
                connections.Dispose();
                throw;
            }
        }

        public async Task SendAsync(string text)
        {
            foreach (var socket in sockets)
            {
                try
                {
                    await socket.SendAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
                }
                catch (SocketException)
                {
                    // Aborted by the server.
                }
            }
        }

        /// <summary>Counts the connections that were answered or closed.</summary>
        public int CountAnswered() => sockets.Count(socket => socket.Poll(0, SelectMode.SelectRead));

        public void Dispose() => sockets.ForEach(socket => socket.Dispose());
    }
}
