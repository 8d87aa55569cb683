using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The id tokens with which clients name the user whom they expect, or whom they sign out.</summary>
public sealed class IdTokenHintTests(OwnSqliteApi own) : IClassFixture<OwnSqliteApi>
{
    private const string Bye = "https://client.example/bye";

    private readonly BtecApi _api = own.Api;

    [Fact]
    public async Task An_id_token_of_the_user_who_is_signed_in_gets_a_code_even_if_it_has_expired()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var token = await GetIdTokenAsync(browser, clientId);

        using var fresh = await browser.AuthorizeAsync(clientId, ("id_token_hint", token), ("prompt", "none"));
        _api.Clock.Advance(TimeSpan.FromHours(1));
        using var expired = await browser.AuthorizeAsync(clientId, ("id_token_hint", token), ("prompt", "none"));

        Assert.Contains("code", fresh.ReadAnswer().Keys, StringComparer.Ordinal);
        Assert.Contains("code", expired.ReadAnswer().Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_id_token_of_another_user_or_client_is_login_required()
    {
        var (clientId, otherClient) = (
            await _api.RegisterClientAsync(isFirstParty: true), await _api.RegisterClientAsync(isFirstParty: true));
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var (other, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var __ = other;

        foreach (var token in new[] { await GetIdTokenAsync(other, clientId), await GetIdTokenAsync(browser, otherClient), "x.y.z" })
        {
            using var silent = await browser.AuthorizeAsync(clientId, ("id_token_hint", token), ("prompt", "none"));
            using var asked = await browser.AuthorizeAsync(clientId, ("id_token_hint", token));
            silent.AssertRefused("login_required");
            Assert.Equal("/sign-in", asked.Headers.Location!.AbsolutePath);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_expects_a_user_gives_a_code_for_no_other(bool isSignedIn)
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (expected, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = expected;
        var (other, _, otherEmail) = await TestBrowser.StartSignedInAsync(_api);
        using var __ = other;
        var token = await GetIdTokenAsync(expected, clientId);
        using var browser = isSignedIn ? null : new TestBrowser(_api);
        _api.Clock.Advance(TimeSpan.FromSeconds(1));

        var id = await (browser ?? other).BeginAuthorizationAsync(clientId, ("id_token_hint", token));
        using var early = await other.TryDecideAsync(id);
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        await other.SignInAsync(otherEmail);
        Assert.Equal("sign_in", await other.ReadNeedAsync(id));
        var answer = await other.DecideAsync(id);

        await early.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");
        Assert.Equal("login_required", answer["error"]);
        Assert.DoesNotContain("code", answer.Keys, StringComparer.Ordinal);
        using var again = await expected.TryDecideAsync(id);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_request_that_expects_a_user_gives_a_code_once_that_user_has_signed_in()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (expected, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = expected;
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var __ = browser;
        var id = await browser.BeginAuthorizationAsync(clientId, ("id_token_hint", await GetIdTokenAsync(expected, clientId)));

        await browser.SignInAsync(email);

        Assert.Equal("nothing", await browser.ReadNeedAsync(id));
        Assert.Contains("code", (await browser.DecideAsync(id)).Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_client_with_an_id_token_of_the_user_signs_the_browser_out_at_once()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var token = await GetIdTokenAsync(browser, clientId);
        _api.Clock.Advance(TimeSpan.FromHours(1));

        using var response = await browser.OpenAsync(
            PathOf(("id_token_hint", token), ("post_logout_redirect_uri", Bye), ("state", "x")));

        Assert.Equal($"{Bye}?state=x", response.Headers.GetValues("Location").Single());
        Assert.Null(browser.Cookie);
        Assert.Null(await browser.FindUserAsync());
        await browser.SignInAsync(email);
        using var bare = await browser.OpenAsync(PathOf(("id_token_hint", token)));
        Assert.Equal("/sign-out", bare.Headers.Location!.AbsolutePath);
        Assert.Null(await browser.FindUserAsync());
    }

    [Fact]
    public async Task An_id_token_of_somebody_else_signs_nobody_out()
    {
        var (clientId, otherClient) = (
            await _api.RegisterClientAsync(isFirstParty: true), await _api.RegisterClientAsync(isFirstParty: true));
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var (attacker, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var __ = attacker;
        var token = await GetIdTokenAsync(attacker, clientId);

        using var asked = await browser.OpenAsync(PathOf(("id_token_hint", token), ("post_logout_redirect_uri", Bye)));
        using var mixed = await browser.OpenAsync(PathOf(("id_token_hint", token), ("client_id", otherClient)));
        using var repeated = await browser.OpenAsync($"{PathOf(("id_token_hint", token))}&id_token_hint={token}");

        Assert.Equal("/sign-out", asked.Headers.Location!.AbsolutePath);
        await mixed.AssertProblemAsync(HttpStatusCode.BadRequest, "client_unknown");
        await repeated.AssertProblemAsync(HttpStatusCode.BadRequest, "client_unknown");
        Assert.NotNull(await browser.FindUserAsync());
    }

    [Fact]
    public async Task No_other_token_is_taken_for_an_id_token()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var tokens = await _api.CreateClient().StartSessionAsync(email);
        var idToken = await GetIdTokenAsync(browser, clientId);
        var parts = idToken.Split('.');
        var unsigned = $"{Base64UrlTextEncoder.Encode("{\"alg\":\"none\"}"u8.ToArray())}.{parts[1]}.";

        foreach (var token in new[] { tokens.Access, tokens.Refresh, unsigned, $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}.AAAA", "" })
        {
            using var silent = await browser.AuthorizeAsync(clientId, ("id_token_hint", token), ("prompt", "none"));
            using var logout = await browser.OpenAsync(PathOf(("id_token_hint", token), ("client_id", clientId)));
            // An empty parameter counts as left out.
            if (token.Length > 0)
                silent.AssertRefused("login_required");

            Assert.Equal("/sign-out", logout.Headers.Location!.AbsolutePath);
            Assert.NotNull(await browser.FindUserAsync());
        }
    }

    private async Task<string> GetIdTokenAsync(TestBrowser browser, string clientId)
    {
        using var response = await browser.AuthorizeAsync(clientId);
        var tokens = await _api.CreateClient().RedeemAsync(
            clientId, response.ReadAnswer()["code"], ("redirect_uri", AuthorizationMoves.RedirectUri));
        return tokens.GetProperty("id_token").GetString()!;
    }

    private static string PathOf(params (string Name, string Value)[] parameters) => QueryHelpers.AddQueryString(
        "/oauth/logout", parameters.Select(parameter => KeyValuePair.Create(parameter.Name, (string?)parameter.Value)));
}
