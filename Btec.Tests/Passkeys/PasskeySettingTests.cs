using System.Net;
using Btec.Api.Features.Passkeys;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Passkeys;

/// <summary>The settings under <c>Passkeys</c>. They do not depend on the database.</summary>
public sealed class PasskeySettingTests
{
    [Theory]
    [InlineData("Passkeys:RelyingPartyId", "https://example.com")]
    [InlineData("Passkeys:RelyingPartyId", "example.com:443")]
    [InlineData("Passkeys:RelyingPartyId", "Example.com")]
    [InlineData("Passkeys:RelyingPartyId", "com")]
    [InlineData("Passkeys:RelyingPartyId", "192.0.2.1")]
    [InlineData("Passkeys:RelyingPartyId", "example.com.")]
    [InlineData("Passkeys:RelyingPartyId", null)]
    [InlineData("Passkeys:Origins", "https://app.example.com/path")]
    [InlineData("Passkeys:Origins", "http://app.example.com")]
    [InlineData("Passkeys:Origins", "app.example.com")]
    [InlineData("Passkeys:Origins", "https://*.example.com")]
    [InlineData("Passkeys:Origins", "https://192.0.2.1")]
    [InlineData("Passkeys:Origins", "android:apk-key-hash:short")]
    [InlineData("Passkeys:Origins", "https://app.example.net")]
    [InlineData("Passkeys:Origins", "https://app.example.com,https://other.example.com/")]
    [InlineData("Passkeys:Origins", null)]
    [InlineData("Passkeys:RelyingPartyName", "a\u202Eb")]
    public void A_setting_is_refused_by_its_name_and_without_its_value(string setting, string? value)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Passkeys:RelyingPartyId"] = PasskeyMoves.RelyingPartyId,
            ["Passkeys:Origins"] = PasskeyMoves.Origin,
            [setting] = value,
        };
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddPublicAddress().AddPasskeys();
        using var host = builder.Build();

        var refused = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<PasskeyOptions>>().Value);

        Assert.Contains(refused.Failures, failure => failure.StartsWith(setting, StringComparison.Ordinal));
        Assert.DoesNotContain("app.example.net", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_does_not_start_with_a_setting_that_is_refused()
    {
        await using var api = BtecProcess.StartApi(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=never-made.db",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
            ["Passkeys:RelyingPartyId"] = "example.com",
        });

        (await api.WaitForEndAsync()).AssertRefused("Passkeys:Origins");
    }

    [Theory]
    [InlineData("https://auth.example.com", "auth.example.com")]
    [InlineData("https://auth.example.com/path", "auth.example.com")]
    [InlineData("http://localhost:5080", "localhost")]
    // Browsers offer no passkeys there.
    [InlineData("http://auth.example.com", null)]
    [InlineData("https://192.0.2.1", null)]
    [InlineData(null, null)]
    public async Task The_relying_party_follows_from_PublicUrl(string? url, string? domain)
    {
        await using var api = await StartAsync(
            ("Passkeys:RelyingPartyId", null), ("Passkeys:Origins", null), ("PublicUrl", url));
        var client = api.CreateClient();

        using var options = await client.SendAsync(HttpMethod.Post, $"{PasskeyMoves.LoginRoute}/options", accessToken: null);
        using var pages = await client.GetAsync("/.well-known/passkey-endpoints", accessToken: null);
        using var related = await client.GetAsync("/.well-known/webauthn", accessToken: null);

        await related.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        if (domain is null)
        {
            await options.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
            await pages.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
            return;
        }

        Assert.Equal(domain, (await options.ReadJsonAsync()).GetProperty("options").GetProperty("rpId").GetString());
        Assert.Equal(
            $$"""{"enroll":"{{url}}/account","manage":"{{url}}/account"}""", await pages.ReadTextAsync());
    }

    [Fact]
    public async Task Without_the_built_in_pages_passkeys_are_managed_on_a_page_of_the_front_end()
    {
        await using var api = await StartAsync(("PublicUrl", "https://app.example.com"), ("Pages:Enabled", "false"));

        using var pages = await api.CreateClient().GetAsync("/.well-known/passkey-endpoints", accessToken: null);

        Assert.Equal(
            """{"enroll":"https://app.example.com/passkeys","manage":"https://app.example.com/passkeys"}""", await pages.ReadTextAsync());
    }

    [Fact]
    public async Task Origins_of_other_domains_are_published_and_work()
    {
        await using var api = await StartAsync(
            ("Passkeys:Origins", $"{PasskeyMoves.Origin}, https://example.net,android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        var client = api.CreateClient();
        var (_, _, _, authenticator) = await client.StartAccountWithPasskeyAsync();

        using var related = await client.GetAsync("/.well-known/webauthn", accessToken: null);

        Assert.Equal("""{"origins":["https://example.net"]}""", await related.ReadTextAsync());
        foreach (var origin in new[] { "https://example.net", "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })
        {
            var challenge = await client.StartPasskeyLoginAsync();
            using var response = await client.TryLoginWithPasskeyAsync(
                challenge, authenticator.Get(challenge.Options, answer => answer.Origin = origin));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("http://localhost:3000", true)]
    [InlineData("https://localhost", true)]
    [InlineData("http://localhost.example.com", false)]
    [InlineData("http://127.0.0.1:3000", false)]
    [InlineData("https://example.com", false)]
    public async Task In_Development_every_port_of_localhost_works(string origin, bool works)
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Passkeys:RelyingPartyId"] = null, ["Passkeys:Origins"] = null },
            "Development");
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        var challenge = await client.StartPasskeyAsync(tokens.Access);

        using var added = await client.TryAddPasskeyAsync(
            tokens.Access, challenge, new SoftAuthenticator().Create(challenge.Options, answer => answer.Origin = origin));

        Assert.Equal(works ? HttpStatusCode.Created : HttpStatusCode.UnprocessableEntity, added.StatusCode);
    }

    private static Task<BtecApi> StartAsync(params (string Name, string? Value)[] settings) => BtecApi.StartAsync(
        DatabaseKind.Sqlite, settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal));
}
