using System.Net;
using System.Text.Json.Nodes;
using Btec.Client.Testing;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Packages;

/// <summary>A service with Btec.Client beside a running API.</summary>
public sealed class VerifiedTokenTests
{
    private const string Secret = "a-secret-of-the-orders-service-1234567890";

    [Fact]
    public async Task Tokens_of_the_API_are_accepted_before_and_after_a_rotation_of_its_keys()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, KeyMoves.Es256());
        using var client = api.CreateClient();
        await client.RegisterAsync("ada@example.com");
        await using var orders = await OrdersService.StartAsync(settings: ("services:auth:http:0", client.BaseAddress!.ToString()));

        var first = await client.LoginAsync("ada@example.com");
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(orders, first));
        await api.RotateKeyAsync();
        api.Clock.Pass(SigningKeySchedule.Propagation);
        var second = await client.LoginAsync("ada@example.com");

        Assert.NotEqual(KeyMoves.KeyOf(first), KeyMoves.KeyOf(second), StringComparer.Ordinal);
        await Eventually.IsTrueAsync(async () => await ReadAsync(orders, second) == HttpStatusCode.OK, "the service has fetched the new key");
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(orders, first));
        using var health = await orders.Client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task With_introspection_a_token_that_was_revoked_is_refused_at_once()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, KeyMoves.Es256(
            ("OAuth:Clients:0:Id", "orders"), ("OAuth:Clients:0:Secret", Secret), ("OAuth:Clients:0:MayIntrospect", "true"),
            ("OAuth:Clients:0:GrantTypes:0", "client_credentials")));
        using var client = api.CreateClient();
        await client.RegisterAsync("ada@example.com");
        await using var orders = await OrdersService.StartAsync(settings:
        [
            ("services:auth:http:0", client.BaseAddress!.ToString()),
            ("Btec:Client:IntrospectionClientId", "orders"),
            ("Btec:Client:IntrospectionClientSecret", Secret),
            ("Btec:Client:IntrospectionCache", "00:00:00"),
        ]);
        var token = await client.LoginAsync("ada@example.com");
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(orders, token));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/logout");
        request.Headers.Authorization = new("Bearer", token);
        using var logout = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(orders, token));
    }

    [Fact]
    public async Task A_revoked_key_is_forgotten_with_the_next_reading_of_the_keys()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, KeyMoves.Es256());
        using var client = api.CreateClient();
        await client.RegisterAsync("ada@example.com");
        await using var orders = await OrdersService.StartAsync(settings: ("services:auth:http:0", client.BaseAddress!.ToString()));
        var first = await client.LoginAsync("ada@example.com");
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(orders, first));

        await api.RevokeKeyAsync(KeyMoves.KeyOf(first));
        api.Clock.Pass(SigningKeySchedule.Propagation);
        var second = await client.LoginAsync("ada@example.com");
        await Eventually.IsTrueAsync(async () => await ReadAsync(orders, second) == HttpStatusCode.OK, "the service has read the keys again");

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(orders, first));
    }

    [Fact]
    public async Task Without_the_server_nobody_is_let_in_and_the_health_check_says_so()
    {
        await using var orders = await OrdersService.StartAsync(settings: ("services:auth:http:0", "http://127.0.0.1:1"));

        using var health = await orders.Client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        await AssertUnknownAsync(orders, $"{BtecTokens.For("ada@example.com")}");
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(orders, "no.jwt.at-all"));
    }

    [Fact]
    public async Task A_service_that_starts_before_the_server_asks_to_retry_and_accepts_tokens_as_soon_as_it_answers()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Sqlite);
        var port = FreePort.Find();
        var clock = new TestClock();
        await using var orders = await OrdersService.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock), settings: ("services:auth:http:0", $"http://127.0.0.1:{port}"));
        await AssertUnknownAsync(orders, $"{BtecTokens.For("ada@example.com")}");

        await using var api = await BtecApi.StartInstanceAsync(database, new TestClock(), KeyMoves.Es256(), port);
        using var client = api.CreateClient();
        await client.RegisterAsync("ada@example.com");
        var token = await client.LoginAsync("ada@example.com");
        await AssertUnknownAsync(orders, token);
        clock.Advance(TimeSpan.FromSeconds(5));

        await Eventually.IsTrueAsync(async () => await ReadAsync(orders, token) == HttpStatusCode.OK, "the service has read the keys");
    }

    [Fact]
    public async Task While_the_server_is_gone_known_keys_count_and_a_token_of_an_unknown_one_is_to_be_sent_again()
    {
        string token;
        OrdersService orders;
        await using (var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, KeyMoves.Es256()))
        {
            using var client = api.CreateClient();
            await client.RegisterAsync("ada@example.com");
            token = await client.LoginAsync("ada@example.com");
            orders = await OrdersService.StartAsync(settings: ("services:auth:http:0", client.BaseAddress!.ToString()));
            Assert.Equal(HttpStatusCode.OK, await ReadAsync(orders, token));
        }

        await using (orders)
        {
            var unknown = TokenForge.Sign(new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = "unknown" }, TokenForge.ClaimsOf(token));
            await Eventually.IsTrueAsync(
                async () => await ReadAsync(orders, unknown) == HttpStatusCode.ServiceUnavailable, "the service has looked for the key");
            await AssertUnknownAsync(orders, unknown);

            Assert.Equal(HttpStatusCode.OK, await ReadAsync(orders, token));
        }
    }

    private static async Task AssertUnknownAsync(OrdersService orders, string token)
    {
        using var response = await orders.SendAsync(HttpMethod.Get, token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("keys_unavailable", (await response.ReadJsonAsync()).GetProperty("code").GetString());
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter?.Delta);
    }

    private static async Task<HttpStatusCode> ReadAsync(OrdersService orders, string token)
    {
        using var response = await orders.SendAsync(HttpMethod.Get, token);
        return response.StatusCode;
    }
}
