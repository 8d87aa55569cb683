using System.Net.Http.Headers;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Contract;

/// <summary>The public URL in the metadata. It does not depend on the database.</summary>
public sealed class PublicUrlTests
{
    [Theory]
    [InlineData(null, "https://auth.example.com", "https://auth.example.com", "https://auth.example.com")]
    [InlineData(null, "https://auth.example.com/", "https://auth.example.com", "https://auth.example.com")]
    [InlineData(null, "https://example.com/auth", "https://example.com/auth", "https://example.com/auth")]
    [InlineData("btec", "https://auth.example.com", "btec", "https://auth.example.com")]
    [InlineData("https://id.example.com", "https://auth.example.com", "https://id.example.com", "https://auth.example.com")]
    [InlineData("https://id.example.com/", "https://auth.example.com", "https://id.example.com/", "https://auth.example.com")]
    [InlineData("urn:btec", "https://auth.example.com", "urn:btec", "https://auth.example.com")]
    public async Task The_issuer_is_the_configured_one_and_the_public_URL_otherwise(
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

        Assert.Equal("public, max-age=600", response.Headers.CacheControl?.ToString());
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
    [InlineData("https://auth.example.com//auth")]
    [InlineData("https://auth.example.com//")]
    [Asvs("1.2.2")]
    public void A_public_URL_that_clients_could_not_use_is_refused(string publicUrl)
    {
        var services = new ServiceCollection().AddPublicAddress();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("PublicUrl", publicUrl)]).Build());
        using var provider = services.BuildServiceProvider();

        var refusal = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.StartsWith("PublicUrl must be an http or https URL", Assert.Single(refusal.Failures), StringComparison.Ordinal);
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
