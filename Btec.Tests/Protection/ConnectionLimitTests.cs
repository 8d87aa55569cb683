using System.Net.Sockets;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Protection;

/// <summary>The limit of connections of one client address.</summary>
public sealed class ConnectionLimitTests
{
    private const int Limit = 3;

    [Fact]
    public async Task One_address_gets_no_more_connections_than_its_limit()
    {
        await using var api = await StartAsync(("Server:MaxConnectionsPerAddress", $"{Limit}"));
        var held = new List<Socket>();
        for (var count = 0; count < Limit; count++)
            held.Add(await ConnectAsync(api));

        foreach (var socket in held)
            Assert.True(await IsServedAsync(socket));

        Assert.False(await IsNextServedAsync(api));

        held[0].Dispose();
        await Eventually.IsTrueAsync(() => IsNextServedAsync(api), "a closed connection makes room for another");
        held.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("Server:MaxConnections", "20", 2)]
    [InlineData("Server:MaxConnections", "5", 1)]
    public async Task By_default_one_address_gets_a_tenth_of_all_connections(string setting, string value, int limit)
    {
        await using var api = await StartAsync((setting, value));
        var held = new List<Socket>();
        for (var count = 0; count < limit; count++)
            held.Add(await ConnectAsync(api));

        Assert.True(await IsServedAsync(held[^1]));
        Assert.False(await IsNextServedAsync(api));

        held.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Behind_proxies_there_is_no_limit_by_default()
    {
        await using var api = await StartAsync(("Server:MaxConnections", "20"), ("Proxy:TrustedHops", "1"));
        var held = new List<Socket>();
        for (var count = 0; count < 10; count++)
            held.Add(await ConnectAsync(api));

        Assert.True(await IsServedAsync(held[^1]));
        held.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task An_invalid_limit_is_refused_at_the_start(string value)
    {
        await using var process = BtecProcess.StartApi(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=:memory:",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
            ["Server:MaxConnectionsPerAddress"] = value,
        });

        (await process.WaitForEndAsync()).AssertRefused("Server:MaxConnectionsPerAddress");
    }

    private static Task<BtecApi> StartAsync(params (string Name, string? Value)[] settings) => BtecApi.StartAsync(
        DatabaseKind.Sqlite, settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal), migrate: false);

    private static async Task<Socket> ConnectAsync(BtecApi api)
    {
        var address = api.CreateClient().BaseAddress!;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Returns whether a further connection is served. The server may close it before the client knows that it is
    /// open.</summary>
    private static async Task<bool> IsNextServedAsync(BtecApi api)
    {
        try
        {
            using var next = await ConnectAsync(api);
            return await IsServedAsync(next);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<bool> IsServedAsync(Socket socket)
    {
        try
        {
            var buffer = new byte[1024];
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET /alive HTTP/1.1\r\nHost: a\r\n\r\n"), TestContext.Current.CancellationToken);
            return await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
