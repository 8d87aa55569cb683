using System.Net;
using System.Net.Sockets;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>Clients that hold connections open, and limits of requests and connections.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Headers_that_never_end_are_answered_408()
    {
        await using var process = StartApi();
        using var client = await process.ConnectAsync();

        Assert.StartsWith(
            "HTTP/1.1 408",
            await TrickleAsync(client.BaseAddress!, "GET /alive HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_trickles_in_is_answered_408()
    {
        await using var process = StartApi();
        using var client = await process.ConnectAsync();

        Assert.StartsWith(
            "HTTP/1.1 408",
            await TrickleAsync(
                client.BaseAddress!,
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n",
                "a"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_or_too_long_headers_are_answered_431()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite);
        var address = api.CreateClient().BaseAddress!;

        var many = await address.SendAsync("GET /alive HTTP/1.1", [.. Enumerable.Range(0, 100).Select(index => $"X-{index}: x")]);
        var longOne = await address.SendAsync("GET /alive HTTP/1.1", [$"X-Long: {new string('x', 40_000)}"]);

        Assert.Equal(431, many.Status);
        Assert.Equal(431, longOne.Status);
    }

    [Fact]
    [Asvs("15.2.2")]
    public async Task Idle_connections_do_not_prevent_others_from_being_served()
    {
        await using var process = StartApi();
        using var client = await process.ConnectAsync();
        var idle = new List<Socket>();
        try
        {
            for (var index = 0; index < 1000; index++)
                idle.Add(await OpenAsync(client.BaseAddress!));

            using var served = await client.GetAsync("/alive", accessToken: null);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task An_invalid_limit_of_connections_is_refused_at_the_start()
    {
        await using var process = StartApi(("Server:MaxConnections", "none"));

        (await process.WaitForEndAsync()).AssertRefused("Server:MaxConnections");
    }

    private static BtecProcess StartApi(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=:memory:",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
        };
        foreach (var (name, value) in settings)
            all[name] = value;

        return BtecProcess.StartApi(all);
    }

    /// <summary>Sends the beginning of a request and then a little more each second, until there is a response.</summary>
    private static async Task<string> TrickleAsync(Uri address, string beginning, string drop)
    {
        using var socket = await OpenAsync(address);
        using var limit = new CancellationTokenSource(Patience);
        await socket.SendAsync(Encoding.ASCII.GetBytes(beginning), limit.Token);
        var buffer = new byte[1024];
        var answer = socket.ReceiveAsync(buffer, limit.Token).AsTask();
        while (!answer.IsCompleted)
        {
            try
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes(drop), limit.Token);
            }
            catch (SocketException)
            {
                break;
            }

            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(1), limit.Token));
        }

        return Encoding.ASCII.GetString(buffer, 0, await answer);
    }

    private static async Task<Socket> OpenAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        return socket;
    }
}
