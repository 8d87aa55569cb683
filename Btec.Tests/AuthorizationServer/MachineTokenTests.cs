using System.Net;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The tokens that clients get for themselves.</summary>
public abstract class MachineTokenTests(SharedApi shared)
{
    private const string Route = "/api/auth/token";
    private const string Resource = "https://api.example.com";
    private static readonly string[] s_machine = ["client_credentials"];
    private static readonly string[] s_resources = [Resource];
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : MachineTokenTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : MachineTokenTests(shared);

    [Fact]
    public async Task A_machine_gets_a_token_for_15_minutes_and_nothing_else()
    {
        var client = await CreateAsync();

        var answer = await GrantAsync(client);

        Assert.Equal(["access_token", "expires_in", "scope", "token_type"], ApiMoves.NamesOf(answer));
        Assert.Equal(900, answer.GetProperty("expires_in").GetInt64());
        var claims = TokenForge.Open(answer.GetProperty("access_token").GetString()!).Claims;
        Assert.Equal(client.Id, claims.GetProperty("sub").GetString());
        Assert.Equal(client.Id, claims.GetProperty("client_id").GetString());
        Assert.Equal("btec-api", claims.GetProperty("aud").GetString());
        Assert.False(claims.TryGetProperty("uid", out _));
        Assert.False(claims.TryGetProperty("sid", out _));
    }

    [Fact]
    public async Task The_token_is_for_a_resource_of_the_client_alone()
    {
        var client = await CreateAsync();

        var answer = await GrantAsync(client, ("resource", Resource));
        using var other = await PostAsync(client, ("resource", "https://other.example.com"));
        using var two = await PostAsync(client, ("resource", Resource), ("resource", Resource));

        Assert.Equal(Resource, TokenForge.Open(answer.GetProperty("access_token").GetString()!).Claims.GetProperty("aud").GetString());
        await other.AssertOAuthErrorAsync("invalid_target", "resource_invalid");
        Assert.Equal(HttpStatusCode.BadRequest, two.StatusCode);
    }

    [Fact]
    public async Task It_opens_nothing_of_the_API()
    {
        var token = (await GrantAsync(await CreateAsync())).GetProperty("access_token").GetString();

        foreach (var path in new[] { "/api/users/me", "/api/users", "/api/users/me/grants", "/api/oauth-clients", "/api/audit-events" })
        {
            using var response = await _client.GetAsync(path, token);
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        }
    }

    [Fact]
    public async Task It_is_active_while_its_client_exists()
    {
        var (client, reader) = (await CreateAsync(), await shared.Api.CreateClientAsync(change: new { may_introspect = true }));
        var token = (await GrantAsync(client)).GetProperty("access_token").GetString()!;

        using var before = await _client.PostBasicAsync("/api/auth/introspect", reader.Id, reader.Secret!, ("token", token));
        using var deleted = await _client.SendAsync(HttpMethod.Delete, client.Path, client.Superuser);
        using var after = await _client.PostBasicAsync("/api/auth/introspect", reader.Id, reader.Secret!, ("token", token));

        var active = await before.ReadJsonAsync();
        Assert.True(active.GetProperty("active").GetBoolean());
        Assert.Equal(client.Id, active.GetProperty("client_id").GetString());
        Assert.False(active.TryGetProperty("username", out _));
        Assert.Equal("""{"active":false}""", await after.ReadTextAsync());
    }

    [Theory]
    [InlineData("openid")]
    [InlineData("offline_access")]
    [InlineData("a\"b")]
    [InlineData("a  b")]
    public async Task A_scope_about_a_user_and_a_malformed_one_are_refused(string scope)
    {
        using var response = await PostAsync(await CreateAsync(), ("scope", scope));

        await response.AssertOAuthErrorAsync("invalid_scope", "scope_invalid");
    }

    [Fact]
    public async Task Only_a_confidential_client_with_that_grant_gets_one()
    {
        var (web, open) = (await shared.Api.CreateClientAsync(), await shared.Api.CreateClientAsync(isConfidential: false));

        using var notAllowed = await PostAsync(web);
        using var isPublic = await _client.PostFormAsync(Route, ("grant_type", "client_credentials"), ("client_id", open.Id));
        using var nobody = await _client.PostFormAsync(Route, ("grant_type", "client_credentials"));
        using var wrong = await _client.PostBasicAsync(Route, web.Id, "x", ("grant_type", "client_credentials"));

        await notAllowed.AssertOAuthErrorAsync("unauthorized_client", "grant_type_not_allowed");
        await isPublic.AssertOAuthErrorAsync("unauthorized_client", "grant_type_not_allowed");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal("Basic", Assert.Single(wrong.Headers.WwwAuthenticate).Scheme);
    }

    private Task<NewClient> CreateAsync() =>
        shared.Api.CreateClientAsync(change: new { grant_types = s_machine, resources = s_resources });

    private async Task<JsonElement> GrantAsync(NewClient client, params (string Name, string Value)[] fields)
    {
        using var response = await PostAsync(client, fields);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
        return await response.ReadJsonAsync();
    }

    private Task<HttpResponseMessage> PostAsync(NewClient client, params (string Name, string Value)[] fields) =>
        _client.PostBasicAsync(Route, client.Id, client.Secret!, [("grant_type", "client_credentials"), .. fields]);
}
