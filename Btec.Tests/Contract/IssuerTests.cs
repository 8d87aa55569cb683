using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The issuer: one for tokens and metadata (RFC 9068 section 4, RFC 8414 section 2). It does not depend on the
/// database.</summary>
public sealed class IssuerTests
{
    [Theory]
    [InlineData(null, null, "btec")]
    [InlineData(null, "https://auth.example.com", "https://auth.example.com")]
    [InlineData(null, "https://example.com/auth/", "https://example.com/auth")]
    [InlineData("https://id.example.com", "https://auth.example.com", "https://id.example.com")]
    [InlineData("btec", "https://auth.example.com", "btec")]
    public async Task Tokens_introspection_and_metadata_name_the_same_issuer(string? issuer, string? publicUrl, string expected)
    {
        await using var api = await StartAsync(issuer, publicUrl);
        var client = api.CreateClient();
        var superuser = await api.StartSessionOfSuperuserAsync();

        using var metadata = await client.GetAsync("/.well-known/oauth-authorization-server", TestContext.Current.CancellationToken);
        using var introspected = await client.SendAsync(
            HttpMethod.Post, "/api/auth/introspect", superuser.Access, ("token", superuser.Access));

        Assert.Equal(expected, TokenForge.Open(superuser.Access).Claims.GetProperty("iss").GetString());
        Assert.Equal(expected, (await metadata.ReadJsonAsync()).GetProperty("issuer").GetString());
        Assert.Equal(expected, (await introspected.ReadJsonAsync()).GetProperty("iss").GetString());
    }

    [Theory]
    [InlineData(null, "btec", HttpStatusCode.OK)]
    [InlineData(null, "https://auth.example.com/", HttpStatusCode.Unauthorized)]
    [InlineData(null, "http://auth.example.com", HttpStatusCode.Unauthorized)]
    [InlineData(null, "other", HttpStatusCode.Unauthorized)]
    [InlineData("https://auth.example.com", "btec", HttpStatusCode.Unauthorized)]
    [InlineData("https://id.example.com", "https://auth.example.com", HttpStatusCode.Unauthorized)]
    public async Task A_token_of_the_former_default_issuer_stays_valid_unless_the_issuer_is_configured(
        string? configured, string issuer, HttpStatusCode expected)
    {
        await using var api = await StartAsync(configured, "https://auth.example.com");
        var client = api.CreateClient();
        var claims = TokenForge.ClaimsOf((await client.StartSessionOfNewUserAsync()).Access);
        claims["iss"] = issuer;

        using var response = await client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims));

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_token_of_the_former_default_issuer_expires_as_it_would_have()
    {
        await using var api = await StartAsync(issuer: null, "https://auth.example.com");
        var client = api.CreateClient();
        var claims = TokenForge.ClaimsOf((await client.StartSessionOfNewUserAsync()).Access);
        claims["iss"] = "btec";

        api.Clock.Advance(TimeSpan.FromDays(8) + TimeSpan.FromSeconds(31));

        using var response = await client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims));
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_expired");
    }

    private static Task<BtecApi> StartAsync(string? issuer, string? publicUrl)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (issuer is not null)
            settings["Jwt:Issuer"] = issuer;

        if (publicUrl is not null)
            settings["PublicUrl"] = publicUrl;

        return BtecApi.StartAsync(DatabaseKind.Sqlite, settings);
    }
}
