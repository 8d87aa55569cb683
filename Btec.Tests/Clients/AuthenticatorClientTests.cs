using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Clients;

/// <summary>The npm package <c>otpauth</c> as the application of a user. The choice of database does not matter here.</summary>
public sealed class AuthenticatorClientTests
{
    [Theory]
    [InlineData("https://auth.example.com/base", null, "auth.example.com")]
    [InlineData("https://bücher.example", "ignored", "bücher.example")]
    [InlineData(null, null, "btec")]
    [InlineData(null, "urn:btec:test & more", "urn btec test & more")]
    [InlineData(null, "https://auth.example.com/a?b", "https //auth.example.com/a?b")]
    public async Task It_reads_the_URI_and_its_codes_are_accepted(string? publicUrl, string? issuer, string shown)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PublicUrl"] = publicUrl };
        if (issuer is not null)
            settings["Jwt:Issuer"] = issuer;

        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, settings);
        await using var application = await NodeProgram.StartAsync("otpauth.mjs");
        var client = api.CreateClient();
        const string Email = "o'hara+%&#?/=é@example.com";
        var id = (await client.RegisterAsync(Email)).GetProperty("id").GetInt32();
        await api.ConfirmEmailAsync(id);
        var tokens = await client.StartSessionAsync(Email);
        using var begun = await client.TryBeginTotpAsync(tokens);
        var body = await begun.ReadJsonAsync();
        var uri = body.GetProperty("uri").GetString();

        var scanned = await application.AskAsync(new { @do = "scan", uri });
        var code = (await application.AskAsync(new { @do = "show", uri, at = api.Clock.GetUtcNow().ToUnixTimeMilliseconds() }))
            .GetProperty("code").GetString()!;

        Assert.Equal(shown, scanned.GetProperty("issuer").GetString());
        Assert.Equal(Email, scanned.GetProperty("label").GetString());
        Assert.Equal(body.GetProperty("secret").GetString(), scanned.GetProperty("secret").GetString());
        Assert.Equal("SHA1", scanned.GetProperty("algorithm").GetString());
        Assert.Equal(6, scanned.GetProperty("digits").GetInt32());
        Assert.Equal(30, scanned.GetProperty("period").GetInt32());
        using var confirmed = await client.ConfirmTotpAsync(tokens, body.GetProperty("id").GetGuid(), code);
        Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
    }
}
