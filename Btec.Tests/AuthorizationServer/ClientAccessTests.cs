using System.Net;
using Btec.Api.Platform.BearerTokens;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The access tokens of clients of every kind, on every route of the running API that reads one.</summary>
public abstract class ClientAccessTests(SharedApi shared)
{
    /// <summary>The routes that are for the tokens of every client. All others are closed to third parties.</summary>
    private static readonly string[] s_open = ["GET /oauth/userinfo", "POST /oauth/userinfo"];

    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientAccessTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientAccessTests(shared);

    [Fact]
    [Asvs("10.3.2", "10.4.11")]
    public async Task The_token_of_a_third_party_opens_no_route_but_userinfo_even_if_its_user_is_a_superuser()
    {
        var token = await StartAsync();

        foreach (var route in FindRoutes())
        {
            using var response = await SendAsync(route, token);
            if (s_open.Contains(route, StringComparer.Ordinal))
            {
                Assert.True(response.StatusCode == HttpStatusCode.OK, $"{route}: {response.StatusCode}");
                continue;
            }

            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{route}: {response.StatusCode}");
            await response.AssertProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
            Assert.StartsWith("Bearer error=\"insufficient_scope\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_token_of_a_first_party_client_opens_the_API()
    {
        var token = await StartAsync(client => client.IsFirstParty = true);

        foreach (var route in FindRequired().Where(route => route.StartsWith("GET ", StringComparison.Ordinal)))
        {
            using var response = await SendAsync(route, token);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{route}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task The_token_of_a_first_party_client_opens_every_writing_route()
    {
        foreach (var route in FindRequired().Where(route => !route.StartsWith("GET ", StringComparison.Ordinal)))
        {
            // Some of them end the session.
            using var response = await SendAsync(route, await StartAsync(client => client.IsFirstParty = true));
            var text = await response.ReadTextAsync();
            Assert.False(
                text.Contains("insufficient_scope", StringComparison.Ordinal) || text.Contains("token_invalid", StringComparison.Ordinal),
                $"{route}: {text}");
        }
    }

    [Fact]
    public async Task The_token_of_a_machine_or_for_another_service_opens_no_route()
    {
        var session = await _api.StartClientSessionAsync(resource: "https://orders.example.com/");
        string[] tokens =
        [
            await _api.IssueMachineTokenAsync("robot"),
            await _api.IssueMachineTokenAsync("robot", "orders:read", "https://orders.example.com/"),
            await _api.IssueClientTokenAsync(session),
        ];

        foreach (var route in FindRequired())
        {
            foreach (var token in tokens)
            {
                using var response = await SendAsync(route, token);
                Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{route}: {response.StatusCode}");
                await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
            }
        }
    }

    [Fact]
    public async Task The_token_of_a_client_that_is_not_registered_any_more_is_not_accepted()
    {
        var (id, _, _) = await _client.StartAccountAsync();
        var client = await _api.AddClientAsync();
        var token = await _api.RedeemCodeOfAsync(client, id, "openid");
        await _api.WithDatabaseAsync(async database =>
        {
            database.OAuthClients.Remove((await database.OAuthClients.FindAsync(client))!);
            return await database.SaveChangesAsync();
        });

        using var response = await _client.GetAsync("/oauth/userinfo", token);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    private async Task<string> StartAsync(Action<Btec.Data.Model.OAuthClient>? change = null)
    {
        var (id, _, _) = await _client.StartAccountAsync();
        await _api.ChangeUserAsync(id, user => user.IsSuperuser = true);
        return await _api.RedeemCodeOfAsync(await _api.AddClientAsync(change), id, ClientCodes.AllScopes);
    }

    private Task<HttpResponseMessage> SendAsync(string route, string token)
    {
        var request = route
            .Replace("{id:int}", "2147483647", StringComparison.Ordinal)
            .Replace("{id:guid}", "{id}", StringComparison.Ordinal)
            .Replace("{deliveryId:guid}", "{id}", StringComparison.Ordinal)
            .Replace("{id}", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
            .Split(' ');
        return _client.SendAsync(HttpMethod.Parse(request[0]), request[1], token);
    }

    /// <summary>Returns the routes that read an access token.</summary>
    private List<string> FindRoutes() => FindRoutes(metadata =>
        metadata.GetMetadata<IAuthorizeData>() is not null || metadata.GetMetadata<OptionalAccessToken>() is not null);

    private List<string> FindRequired() => FindRoutes(metadata => metadata.GetMetadata<IAuthorizeData>() is not null);

    private List<string> FindRoutes(Func<EndpointMetadataCollection, bool> reads) =>
    [
        .. from endpoint in _api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where reads(endpoint.Metadata)
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
           select $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}",
    ];
}
