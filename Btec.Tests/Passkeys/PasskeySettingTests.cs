using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Passkeys;

/// <summary>The settings under <c>Passkeys</c>. They do not depend on the database.</summary>
public sealed class PasskeySettingTests
{
    [Theory]
    [InlineData("Passkeys:RelyingPartyId", "Passkeys:RelyingPartyId", "https://example.com")]
    [InlineData("Passkeys:RelyingPartyId", "Passkeys:RelyingPartyId", "example.com:443")]
    [InlineData("Passkeys:RelyingPartyId", "Passkeys:RelyingPartyId", "Example.com")]
    [InlineData("Passkeys:RelyingPartyId", "Passkeys:RelyingPartyId", "com")]
    [InlineData("Passkeys:RelyingPartyId", "Passkeys:RelyingPartyId", "192.0.2.1")]
    [InlineData("Passkeys:RelyingPartyId", "Passkeys:RelyingPartyId", "example.com.")]
    [InlineData("Passkeys:Origins", "Passkeys:Origins", "https://app.example.com/path")]
    [InlineData("Passkeys:Origins", "Passkeys:Origins", "http://app.example.com")]
    [InlineData("Passkeys:Origins", "Passkeys:Origins", "app.example.com")]
    [InlineData("Passkeys:Origins", "Passkeys:Origins", "https://*.example.com")]
    [InlineData("Passkeys:Origins", "Passkeys:Origins", "https://192.0.2.1")]
    [InlineData("Passkeys:Origins", "Passkeys:Origins", "android:apk-key-hash:short")]
    [InlineData("Passkeys:Origins", "Passkeys:Origins", "https://app.example.net")]
    [InlineData("Passkeys:Origins", "Passkeys:Origins", null)]
    [InlineData("Passkeys:RelyingPartyId", "Passkeys:RelyingPartyId", null)]
    [InlineData("Passkeys:RelyingPartyName", "Passkeys:RelyingPartyName", "a\u202Eb")]
    public async Task The_start_is_refused_with(string named, string setting, string? value)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync((setting, value)));

        var fault = Assert.IsType<OptionsValidationException>(refused is AggregateException many ? many.InnerExceptions[0] : refused);
        Assert.Contains(fault.Failures, failure => failure.Contains(named, StringComparison.Ordinal));
        if (value is not null)
            Assert.DoesNotContain(fault.Failures, failure => failure.Contains($" {value} ", StringComparison.Ordinal));
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
            $$"""{"enroll":"{{url}}/passkeys","manage":"{{url}}/passkeys"}""", await pages.ReadTextAsync());
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
