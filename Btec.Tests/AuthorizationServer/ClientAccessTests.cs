using System.Net;
using Btec.Api.Platform.BearerTokens;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.AuthorizationServer;

/// <summary>What the access tokens of clients open: every route of the running API.</summary>
public abstract class ClientAccessTests(SharedApi shared)
{
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientAccessTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientAccessTests(shared);

    [Fact]
    public async Task The_token_of_a_third_party_opens_no_route_but_userinfo_even_if_its_user_is_a_superuser()
    {
        var token = await StartAsync();

        foreach (var route in FindRoutes())
        {
            using var response = await SendAsync(route, token);
            if (ClientRoutes.Open.Contains(route))
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
    public async Task The_token_of_a_session_that_belongs_to_no_client_does_not_open_userinfo()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();

        using var response = await _client.GetAsync("/oauth/userinfo", tokens.Access);

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Contains("scope=\"openid\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_userinfo_is_401()
    {
        using var response = await _client.GetAsync("/oauth/userinfo", accessToken: null);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    [Theory]
    [InlineData("openid", "sub")]
    [InlineData("openid profile", "name,sub")]
    [InlineData("openid email", "email,email_verified,sub")]
    [InlineData("openid profile email offline_access", "email,email_verified,name,sub")]
    public async Task Userinfo_has_the_claims_of_the_scopes(string scope, string claims)
    {
        var (id, email, _) = await _client.StartAccountAsync("Ada");
        var client = await _api.AddClientAsync();
        var token = await RedeemAsync(client, id, scope);

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var response = await _client.SendAsync(method, "/oauth/userinfo", token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Headers.CacheControl?.NoStore);
            var answer = await response.ReadJsonAsync();
            Assert.Equal(claims.Split(','), ApiMoves.NamesOf(answer));
            Assert.Equal($"{id}", answer.GetProperty("sub").GetString());
            if (answer.TryGetProperty("email", out var found))
                Assert.Equal(email, found.GetString());
        }
    }

    [Fact]
    public async Task A_token_without_openid_does_not_open_userinfo()
    {
        var (id, _, _) = await _client.StartAccountAsync();
        var token = await RedeemAsync(await _api.AddClientAsync(), id, "profile email");

        using var response = await _client.GetAsync("/oauth/userinfo", token);

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
    }

    [Fact]
    public async Task The_token_of_a_client_that_is_not_registered_any_more_is_not_accepted()
    {
        var (id, _, _) = await _client.StartAccountAsync();
        var client = await _api.AddClientAsync();
        var token = await RedeemAsync(client, id, "openid");
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
        return await RedeemAsync(await _api.AddClientAsync(change), id, ClientCodes.AllScopes);
    }

    private async Task<string> RedeemAsync(string client, int user, string scope)
    {
        var code = await _api.AddCodeAsync(client, user, await _api.AddBrowserSessionAsync(user), scope);
        return (await _client.RedeemAsync(client, code)).GetProperty("access_token").GetString()!;
    }

    private Task<HttpResponseMessage> SendAsync(string route, string token)
    {
        var request = route
            .Replace("{id:int}", "2147483647", StringComparison.Ordinal)
            .Replace("{id:guid}", "{id}", StringComparison.Ordinal)
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
