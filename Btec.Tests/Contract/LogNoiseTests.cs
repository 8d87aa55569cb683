using System.Net.Sockets;
using System.Text;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Contract;

/// <summary>Client errors must not alert an operator: at the default log levels they log no warning.</summary>
public abstract class LogNoiseTests(DatabaseKind kind)
{
    /// <summary>The line that Kestrel 10 logs when a client resets the connection in the middle of a body.</summary>
    private const string KestrelConnectionReset =
        "Warning Microsoft.AspNetCore.Server.Kestrel Connection processing ended abnormally.";

    private static readonly string[] AlertingLevels = ["Warning ", "Error ", "Critical "];

    public sealed class OnSqlite() : LogNoiseTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : LogNoiseTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Refused_and_aborted_requests_log_no_warning()
    {
        using var logs = new CollectedLogs();
        await using var api = await BtecApi.StartAsync(
            kind, addServices: services => services.AddSingleton<ILoggerProvider>(logs));
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostJsonAsync(
            "/api/auth/register", new { email, password = ApiMoves.Password })));
        using var malformed = await client.PostTextAsync("/api/auth/register", "{");
        using var refused = await client.PostTextAsync("/api/auth/register", "{}");
        using var tooLarge = await client.PostBytesAsync("/api/auth/register", new byte[70_000]);
        using var json = await client.PostTextAsync("/api/auth/login", "{}");
        using var wrong = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", "wrong"));
        using var broken = await client.PostBytesAsync("/api/auth/login", [0xFF], "multipart/form-data; boundary=x");
        using var anonymous = await client.GetMeAsync(accessToken: null);
        using var garbage = await client.GetMeAsync("a.b.c");
        using var forged = await client.GetMeAsync(
            TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(api, 1), _ => new byte[32]));
        using var unknownUser = await client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(api, 4711)));
        using var unknownRoute = await client.GetAsync("/nothing", accessToken: null);
        await client.BaseAddress!.SendAsync("GARBAGE", []);
        await client.BaseAddress!.SendAsync(
            "POST /api/auth/register HTTP/1.1", ["Content-Type: application/json", "Transfer-Encoding: chunked"],
            "zz\r\n"u8.ToArray());
        foreach (var route in new[] { "/api/auth/register", "/api/auth/login" })
            await ResetConnectionAsync(client.BaseAddress!, route);

        await client.LoginAsync(email);
        var warnings = logs.Lines
            .Where(line => AlertingLevels.Any(level => line.StartsWith(level, StringComparison.Ordinal)))
            .Where(line => !line.StartsWith(KestrelConnectionReset, StringComparison.Ordinal)).ToList();
        Assert.True(warnings.Count == 0, string.Join(Environment.NewLine, warnings));
    }

    /// <summary>Announces a body, sends half of it and resets the connection.</summary>
    private static async Task ResetConnectionAsync(Uri server, string route)
    {
        var type = route == "/api/auth/login" ? "application/x-www-form-urlencoded" : "application/json";
        using var connection = new TcpClient { LingerState = new LingerOption(enable: true, seconds: 0) };
        await connection.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {route} HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\nContent-Length: 100\r\n\r\n{{\"email\""),
            TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
    }
}
