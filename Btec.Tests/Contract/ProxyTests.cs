using System.Net;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Contract;

/// <summary>The client address, scheme and host behind trusted proxies. No route of the API shows them, so the tests add their
/// own at the end of its pipeline.</summary>
[Asvs("4.1.3", "15.3.4")]
public sealed class ProxyTests
{
    private static readonly (int Hops, string? Forwarded, string Client)[] Requests =
    [
        (0, null, "127.0.0.1"),
        (0, "203.0.113.7", "127.0.0.1"),
        (0, "203.0.113.7, 198.51.100.1", "127.0.0.1"),
        (1, null, "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (1, "127.0.0.1, 10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (1, " 203.0.113.7 ", "203.0.113.7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "203.0.113.7:4711", "203.0.113.7"),
        (1, "unknown", "127.0.0.1"),
        (1, "garbage, 203.0.113.7", "203.0.113.7"),
        (1, "203.0.113.7, garbage", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "999.999.999.999", "127.0.0.1"),
        (1, "<script>", "127.0.0.1"),
        (1, "1.2.3", "127.0.0.1"),
        (1, "1", "127.0.0.1"),
        (1, "16909060", "127.0.0.1"),
        (1, "010.1.1.1", "127.0.0.1"),
        (1, "0x7f.0.0.1", "127.0.0.1"),
        (1, "203.0.113.7.", "127.0.0.1"),
        (1, "203.0.113.7:", "127.0.0.1"),
        (1, "203.0.113.7:99999", "127.0.0.1"),
        (1, "203.0.113.7:0x50", "127.0.0.1"),
        (1, "fe80::1%eth0", "127.0.0.1"),
        (1, "[fe80::1%1]:4711", "127.0.0.1"),
        (1, "[2001:db8::7]:0x50", "127.0.0.1"),
        (1, "[2001:db8::7]x", "127.0.0.1"),
        (1, "2001:db8::7/64", "127.0.0.1"),
        (1, "::ffff:1.2.3", "127.0.0.1"),
        (1, "::ffff:01.2.3.4", "127.0.0.1"),
        (1, "[203.0.113.7]", "127.0.0.1"),
        (1, "[2001:db8::7]", "2001:db8::7"),
        (1, "1.2.3, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 198.51.100.1", "203.0.113.7"),
        (2, "1.1.1.1, 203.0.113.7, 198.51.100.1", "203.0.113.7"),
        (2, "127.0.0.1, 1.1.1.1, 203.0.113.7, 198.51.100.1", "203.0.113.7"),
        (2, "198.51.100.1", "198.51.100.1"),
        (2, "garbage, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.7, garbage", "127.0.0.1"),
        (2, "1.2.3, 198.51.100.1", "198.51.100.1"),
        // As Render sends it.
        (3, "1.1.1.1, 203.0.113.7, 172.64.0.1, 10.0.0.1", "203.0.113.7"),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_client_is_the_last_hop_before_the_trusted_proxies(int hops)
    {
        await using var api = await StartAsync(hops);

        foreach (var (_, forwarded, client) in Requests.Where(request => request.Hops == hops))
        {
            var seen = await GetAsync(api, "/test/address", forwarded is null ? [] : [$"X-Forwarded-For: {forwarded}"]);
            Assert.True(seen == client, $"The client is {seen} for '{forwarded}'.");
        }
    }

    [Fact]
    public async Task Several_headers_are_combined()
    {
        await using var api = await StartAsync(2);

        Assert.Equal(
            "203.0.113.7",
            await GetAsync(api, "/test/address", ["X-Forwarded-For: 1.1.1.1, 203.0.113.7", "X-Forwarded-For: 198.51.100.1"]));
    }

    [Fact]
    public async Task No_other_header_sets_the_client_address()
    {
        await using var api = await StartAsync(1);

        foreach (var header in new[] { "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Original-For", "X-Client-IP" })
            Assert.Equal("127.0.0.1", await GetAsync(api, "/test/address", [$"{header}: 203.0.113.7"]));

        Assert.Equal("127.0.0.1", await GetAsync(api, "/test/address", ["Forwarded: for=203.0.113.7"]));
    }

    [Theory]
    [InlineData(0, "https", "http")]
    [InlineData(1, "https", "https")]
    [InlineData(1, "https, http", "http")]
    [InlineData(1, "java script", "http")]
    [InlineData(2, "https, http", "https")]
    public async Task The_scheme_is_chosen_in_the_same_way(int hops, string forwarded, string scheme)
    {
        await using var api = await StartAsync(hops);

        Assert.Equal(
            scheme,
            await GetAsync(
                api, "/test/scheme", ["X-Forwarded-For: 203.0.113.7, 198.51.100.1", $"X-Forwarded-Proto: {forwarded}"]));
    }

    [Fact]
    public async Task The_host_never_comes_from_a_forwarded_header()
    {
        await using var api = await StartAsync(2);
        var own = api.CreateClient().BaseAddress!.Authority;

        Assert.Equal(
            own,
            await GetAsync(
                api, "/test/host",
                ["X-Forwarded-Host: evil.example.com", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Prefix: /evil"]));
    }

    [Theory]
    [InlineData("Production", "10.1.2.3", 1)]
    [InlineData("Production", null, 1)]
    [InlineData("Production", "fd00::7", 1)]
    [InlineData("Production", "203.0.113.7", 0)]
    [InlineData("Testing", "10.1.2.3", 0)]
    public async Task In_Production_a_private_client_is_reported_once_and_probes_are_not(string environment, string? client, int lines)
    {
        using var logs = new CollectedLogs();
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Proxy:TrustedHops"] = "1", ["Passwords:WorkFactor"] = "10" },
            environment,
            migrate: false,
            addServices: services => services.AddSingleton<ILoggerProvider>(logs));
        var server = api.CreateClient().BaseAddress!;
        string[] headers = client is null ? [] : [$"X-Forwarded-For: {client}"];

        foreach (var probe in new[] { "/alive", "/health", "/api/health" })
            await server.SendAsync($"GET {probe} HTTP/1.1", headers);

        Assert.DoesNotContain(logs.Lines, line => line.Contains("Proxy:TrustedHops", StringComparison.Ordinal));
        for (var request = 0; request < 3; request++)
            await server.SendAsync("GET /.well-known/jwks.json HTTP/1.1", headers);

        Assert.Equal(lines, logs.Lines.Count(line => line.StartsWith("Warning ", StringComparison.Ordinal)
            && line.Contains("Proxy:TrustedHops", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(999, 1)]
    [InlineData(1000, 0)]
    public async Task Only_the_first_thousand_clients_are_checked_for_a_private_address(int others, int lines)
    {
        using var logs = new CollectedLogs();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        var warning = new PrivateClientWarning(_ => Task.CompletedTask, factory.CreateLogger<PrivateClientWarning>());
        var context = new DefaultHttpContext();
        for (var request = 0; request <= others; request++)
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(request < others ? "203.0.113.7" : "10.1.2.3");
            await warning.InvokeAsync(context);
        }

        Assert.Equal(lines, logs.Lines.Count);
    }

    private static Task<BtecApi> StartAsync(int hops) => BtecApi.StartAsync(
        DatabaseKind.Sqlite,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["Proxy:TrustedHops"] = hops.ToString() },
        migrate: false,
        addServices: services => services.AddSingleton<IStartupFilter, RequestInfoRoutes>());

    private static async Task<string> GetAsync(BtecApi api, string path, string[] headers)
    {
        var answer = await api.CreateClient().BaseAddress!.SendAsync($"GET {path} HTTP/1.1", headers);
        Assert.Equal(200, answer.Status);
        return answer.Body;
    }

    /// <summary>Routes that show the request as the pipeline of the API leaves it.</summary>
    private sealed class RequestInfoRoutes : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Use(async (context, nextDelegate) =>
            {
                var shown = context.Request.Path.Value switch
                {
                    "/test/address" => context.Connection.RemoteIpAddress?.ToString(),
                    "/test/scheme" => context.Request.Scheme,
                    "/test/host" => context.Request.Host.Value,
                    _ => null,
                };
                if (shown is null)
                    await nextDelegate(context);
                else
                    await context.Response.WriteAsync(shown);
            });
        };
    }
}
