using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Clients;

/// <summary>Chromium with a virtual authenticator, and the npm package <c>@simplewebauthn/server</c> as a second verifier. They do not
/// depend on the database.</summary>
public sealed class PasskeyBrowserTests
{
    [Fact]
    public async Task A_browser_adds_a_passkey_and_logs_in_and_both_verifiers_agree()
    {
        var chromium = InstalledChromium.Find();
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Sqlite);
        var port = FreePort.Find();
        var origin = $"http://localhost:{port}";
        // The relying party and its origin follow from the address.
        await using var api = await BtecApi.StartInstanceAsync(
            database,
            new TestClock(),
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["PublicUrl"] = origin,
                ["Passkeys:RelyingPartyId"] = null,
                ["Passkeys:Origins"] = null,
                ["Passkeys:RelyingPartyName"] = "The school",
            },
            port);
        var (id, _, tokens) = await api.CreateClient().StartAccountAsync();
        await using var browser = await NodeProgram.StartAsync("webauthn.mjs", chromium, origin);

        var added = await browser.AskAsync(new { @do = "register", token = tokens.Access, name = "Chromium" });

        AssertAnswer(added, 201, isVerified: true);
        Assert.Equal(added.GetProperty("aaguid").GetGuid(), added.GetProperty("body").GetProperty("aaguid").GetGuid());
        Assert.True(added.GetProperty("backedUp").GetBoolean());
        Assert.True(added.GetProperty("body").GetProperty("backed_up").GetBoolean());
        for (var round = 0; round < 2; round++)
        {
            var login = await browser.AskAsync(new { @do = "login" });
            AssertAnswer(login, 200, isVerified: true);
            using var me = await api.CreateClient().GetMeAsync(login.GetProperty("body").GetProperty("access_token").GetString());
            Assert.Equal(id, (await me.ReadJsonAsync()).GetProperty("id").GetInt32());
        }

        await AssertRefusedAsync(browser, new { @do = "spoil", isBogusSignature = true, isBadUV = false, isBadUP = false });
        await AssertRefusedAsync(browser, new { @do = "spoil", isBogusSignature = false, isBadUV = true, isBadUP = false });
        await AssertRefusedAsync(browser, new { @do = "spoil", isBogusSignature = false, isBadUV = false, isBadUP = true });
        await browser.AskAsync(new { @do = "spoil", isBogusSignature = false, isBadUV = false, isBadUP = false });
        AssertAnswer(await browser.AskAsync(new { @do = "login" }), 200, isVerified: true);
        await browser.AskAsync(new { @do = "close" });
    }

    private static async Task AssertRefusedAsync(NodeProgram browser, object spoil)
    {
        await browser.AskAsync(spoil);
        AssertAnswer(await browser.AskAsync(new { @do = "login" }), 401, isVerified: false);
    }

    private static void AssertAnswer(JsonElement answer, int status, bool isVerified)
    {
        Assert.True(answer.TryGetProperty("status", out var answered), answer.GetRawText());
        Assert.True(
            (status, isVerified) == (answered.GetInt32(), answer.GetProperty("verified").GetBoolean()), answer.GetRawText());
    }
}
