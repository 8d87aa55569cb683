using System.Net;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The metadata of the authorization server, <c>/.well-known/oauth-authorization-server</c> (RFC 8414).</summary>
public abstract class MetadataTests(SharedApi shared)
{
    private const string Metadata = "/.well-known/oauth-authorization-server";

    public sealed class OnSqlite(SqliteApi shared) : MetadataTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : MetadataTests(shared);

    [Fact]
    public async Task The_metadata_lists_the_endpoints_and_the_supported_features()
    {
        var client = shared.Api.CreateClient();
        var root = client.BaseAddress!.ToString().TrimEnd('/');

        using var response = await client.GetAsync(Metadata, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var expected = new JsonObject
        {
            ["issuer"] = "btec",
            ["token_endpoint"] = $"{root}/api/auth/token",
            ["revocation_endpoint"] = $"{root}/api/auth/revoke",
            ["introspection_endpoint"] = $"{root}/api/auth/introspect",
            ["jwks_uri"] = $"{root}/.well-known/jwks.json",
            ["authorization_endpoint"] = $"{root}/oauth/authorize",
            ["userinfo_endpoint"] = $"{root}/oauth/userinfo",
            ["end_session_endpoint"] = $"{root}/oauth/logout",
            ["scopes_supported"] = new JsonArray("openid", "profile", "email", "offline_access"),
            ["claims_supported"] = new JsonArray(
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid", "name", "email", "email_verified"),
            ["response_types_supported"] = new JsonArray("code"),
            ["response_modes_supported"] = new JsonArray("query"),
            ["grant_types_supported"] = new JsonArray(
                "authorization_code", "refresh_token", "client_credentials", "password", "urn:btec:params:oauth:grant-type:mfa",
                "urn:btec:params:oauth:grant-type:external"),
            ["subject_types_supported"] = new JsonArray("public"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["acr_values_supported"] = new JsonArray("urn:btec:acr:1", "urn:btec:acr:mfa", "phr"),
            ["prompt_values_supported"] = new JsonArray("none", "login", "consent", "select_account"),
            ["code_challenge_methods_supported"] = new JsonArray("S256"),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post", "none"),
            ["revocation_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post", "none"),
            ["introspection_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post", "Bearer"),
            ["authorization_response_iss_parameter_supported"] = true,
            ["claims_parameter_supported"] = false,
            ["request_parameter_supported"] = false,
            ["request_uri_parameter_supported"] = false,
            ["backchannel_logout_supported"] = true,
            ["backchannel_logout_session_supported"] = true,
            ["service_documentation"] = $"{root}/docs",
        };
        var text = await response.ReadTextAsync();
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(text)), text);
    }

    [Fact]
    public async Task OpenID_Connect_clients_find_the_same_document_under_their_own_path()
    {
        var client = shared.Api.CreateClient();

        using var openId = await client.GetAsync("/.well-known/openid-configuration", TestContext.Current.CancellationToken);
        using var oauth = await client.GetAsync(Metadata, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, openId.StatusCode);
        Assert.Equal("application/json", openId.Content.Headers.ContentType?.MediaType);
        Assert.Equal(oauth.Headers.CacheControl?.ToString(), openId.Headers.CacheControl?.ToString());
        Assert.Equal(await oauth.ReadTextAsync(), await openId.ReadTextAsync());
    }

    [Fact]
    public async Task Every_address_in_the_metadata_exists()
    {
        var client = shared.Api.CreateClient();
        using var response = await client.GetAsync(Metadata, TestContext.Current.CancellationToken);
        var metadata = await response.ReadJsonAsync();

        foreach (var endpoint in new[] { "token_endpoint", "revocation_endpoint", "introspection_endpoint" })
        {
            using var answer = await client.PostFormAsync(new Uri(metadata.GetProperty(endpoint).GetString()!).AbsolutePath);
            Assert.True(
                answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized,
                $"{endpoint}: {(int)answer.StatusCode}");
        }

        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = client.BaseAddress };
        foreach (var (endpoint, status) in new[]
        {
            ("authorization_endpoint", HttpStatusCode.BadRequest),
            ("userinfo_endpoint", HttpStatusCode.Unauthorized),
            ("end_session_endpoint", HttpStatusCode.Found),
        })
        {
            using var answer = await browser.GetAsync(metadata.GetProperty(endpoint).GetString()!, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == status, $"{endpoint}: {(int)answer.StatusCode}");
        }

        foreach (var page in new[] { "jwks_uri", "service_documentation" })
        {
            using var answer = await client.GetAsync(
                metadata.GetProperty(page).GetString()!, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{page}: {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Without_a_public_URL_the_addresses_use_the_host_of_the_request_and_the_issuer_does_not()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Metadata);
        request.Headers.Host = "auth.example.com";

        using var response = await shared.Api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        var metadata = await response.ReadJsonAsync();
        Assert.Equal("btec", metadata.GetProperty("issuer").GetString());
        Assert.Equal("http://auth.example.com/api/auth/token", metadata.GetProperty("token_endpoint").GetString());
    }

    [Fact]
    public async Task The_metadata_is_public_even_with_an_invalid_token()
    {
        using var response = await shared.Api.CreateClient().GetAsync(Metadata, "a.b.c");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
