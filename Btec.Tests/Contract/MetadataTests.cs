using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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
        Assert.Equal(TimeSpan.FromSeconds(600), response.Headers.CacheControl?.MaxAge);
        var expected = new JsonObject
        {
            ["issuer"] = root,
            ["token_endpoint"] = $"{root}/api/auth/token",
            ["revocation_endpoint"] = $"{root}/api/auth/revoke",
            ["introspection_endpoint"] = $"{root}/api/auth/introspect",
            ["jwks_uri"] = $"{root}/.well-known/jwks.json",
            ["grant_types_supported"] = new JsonArray("password", "refresh_token"),
            ["response_types_supported"] = new JsonArray(),
            ["token_endpoint_auth_methods_supported"] = new JsonArray("none"),
            ["revocation_endpoint_auth_methods_supported"] = new JsonArray("none"),
            ["introspection_endpoint_auth_methods_supported"] = new JsonArray("Bearer"),
            ["service_documentation"] = $"{root}/docs",
        };
        var text = await response.ReadTextAsync();
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(text)), text);
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
                answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, $"{endpoint}: {(int)answer.StatusCode}");
        }

        foreach (var page in new[] { "jwks_uri", "service_documentation" })
        {
            using var answer = await client.GetAsync(metadata.GetProperty(page).GetString()!, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{page}: {(int)answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Without_a_public_URL_the_addresses_use_the_host_of_the_request()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Metadata);
        request.Headers.Host = "auth.example.com";

        using var response = await shared.Api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

        var metadata = await response.ReadJsonAsync();
        Assert.Equal("http://auth.example.com", metadata.GetProperty("issuer").GetString());
        Assert.Equal("http://auth.example.com/api/auth/token", metadata.GetProperty("token_endpoint").GetString());
    }

    [Fact]
    public async Task The_metadata_is_public_even_with_an_invalid_token()
    {
        using var response = await shared.Api.CreateClient().GetAsync(Metadata, "a.b.c");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}

/// <summary>The public URL in the metadata. It does not depend on the database.</summary>
public sealed class PublicUrlTests
{
    [Theory]
    [InlineData(null, "https://auth.example.com", "https://auth.example.com", "https://auth.example.com")]
    [InlineData(null, "https://auth.example.com/", "https://auth.example.com", "https://auth.example.com")]
    [InlineData(null, "https://example.com/auth", "https://example.com/auth", "https://example.com/auth")]
    [InlineData("btec", "https://auth.example.com", "https://auth.example.com", "https://auth.example.com")]
    [InlineData("https://id.example.com", "https://auth.example.com", "https://id.example.com", "https://auth.example.com")]
    [InlineData("https://id.example.com/", "https://auth.example.com", "https://id.example.com/", "https://auth.example.com")]
    [InlineData("urn:btec", "https://auth.example.com", "https://auth.example.com", "https://auth.example.com")]
    public async Task The_issuer_is_the_configured_one_if_it_is_a_URL_and_the_public_URL_otherwise(
        string? issuer, string publicUrl, string expectedIssuer, string expectedRoot)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PublicUrl"] = publicUrl };
        if (issuer is not null)
            settings["Jwt:Issuer"] = issuer;

        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, settings, migrate: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server");
        request.Headers.Host = "evil.example.com";
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        using var response = await api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);

        var metadata = await response.ReadJsonAsync();
        Assert.Equal(expectedIssuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal($"{expectedRoot}/api/auth/token", metadata.GetProperty("token_endpoint").GetString());
        Assert.Equal($"{expectedRoot}/.well-known/jwks.json", metadata.GetProperty("jwks_uri").GetString());
        Assert.DoesNotContain("evil", await response.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth.example.com")]
    [InlineData("/auth")]
    [InlineData("ftp://auth.example.com")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://auth.example.com/?a=b")]
    [InlineData("https://auth.example.com/#here")]
    [InlineData("https://ada:secret@auth.example.com")]
    [InlineData("https://auth.example.com ")]
    [InlineData("https://auth example.com")]
    public void A_public_URL_that_clients_could_not_use_is_refused(string publicUrl)
    {
        var services = new ServiceCollection().AddPublicAddress();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("PublicUrl", publicUrl)]).Build());
        using var provider = services.BuildServiceProvider();

        var refusal = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.StartsWith("PublicUrl is no plain URL", Assert.Single(refusal.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_does_not_start_with_an_invalid_public_URL()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var api = BtecProcess.StartApi(
            database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey), ("PublicUrl", "auth.example.com")));

        (await api.WaitForEndAsync()).AssertRefused("PublicUrl");
    }
}
