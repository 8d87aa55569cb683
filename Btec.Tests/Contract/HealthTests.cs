using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class HealthTests(SharedApi shared)
{
    public sealed class OnSqlite(SqliteApi shared) : HealthTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : HealthTests(shared);

    [Fact]
    public async Task The_API_is_healthy_when_the_schema_is_current()
    {
        var client = shared.Api.CreateClient();

        using var response = await client.GetAsync("/api/health", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var health = await response.ReadJsonAsync();
        Assert.Equal(["status", "version"], health.EnumerateObject().Select(member => member.Name).ToList());
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+", health.GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("/alive", "GET")]
    [InlineData("/alive", "HEAD")]
    [InlineData("/health", "GET")]
    [InlineData("/health", "HEAD")]
    public async Task Probes_return_200(string path, string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await shared.Api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Until_the_schema_is_current_the_API_is_alive_but_not_ready()
    {
        await using var api = await BtecApi.StartAsync(shared.Kind, migrate: false);
        var client = api.CreateClient();

        await AssertUnreadyAsync(client);
        await AssertUnreadyAsync(client);
        await api.MigrateAsync();

        await AssertReadyAsync(client);
        await client.RegisterAsync(ApiMoves.NewEmail());
    }

    [Fact]
    public async Task The_health_routes_exist_in_Production()
    {
        await using var api = await BtecApi.StartAsync(
            shared.Kind,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Passwords:WorkFactor"] = "10" },
            "Production");

        await AssertReadyAsync(api.CreateClient());
    }

    /// <summary>Asserts that the API is alive but not ready, and that it says so within the 5 s that an orchestrator waits for a
    /// probe, without a reason.</summary>
    internal static async Task AssertUnreadyAsync(HttpClient client)
    {
        foreach (var path in new[] { "/api/health", "/health" })
        {
            var watch = Stopwatch.StartNew();
            using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{path} took {watch.Elapsed}.");
            var text = await response.ReadTextAsync();
            if (path == "/health")
            {
                Assert.Equal("Unhealthy", text);
                continue;
            }

            var health = JsonSerializer.Deserialize<JsonElement>(text);
            Assert.Equal(["status", "version"], health.EnumerateObject().Select(member => member.Name).ToList());
            Assert.Equal("unavailable", health.GetProperty("status").GetString());
        }

        using var alive = await client.GetAsync("/alive", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    private static async Task AssertReadyAsync(HttpClient client)
    {
        foreach (var path in new[] { "/api/health", "/health", "/alive" })
        {
            using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }
}
