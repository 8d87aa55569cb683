using System.Net;
using Btec.Data.Keys;
using Btec.Tests.Documentation;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The doors that a browser's cookie and the ids of requests do not open.</summary>
public sealed class BrowserIsolationTests(SqliteApi shared)
{
    private readonly BtecApi _api = shared.Api;

    [Fact]
    public async Task The_cookie_opens_no_route_of_the_API()
    {
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        using var stranger = new TestBrowser(_api);
        var routes = (await DescribedOperation.ReadAllAsync(_api.CreateClient()))
            .Select(operation => operation.Route.Split(' '))
            .Where(route => !route[1].StartsWith("/oauth/", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(routes);

        foreach (var route in routes)
        {
            var (method, path) = (new HttpMethod(route[0]), route[1].Replace("{id}", "1", StringComparison.Ordinal));
            using var response = await browser.SendAsync(method, path);
            using var expected = await stranger.SendAsync(method, path);
            Assert.True(expected.StatusCode == response.StatusCode, $"{route[0]} {path}: {response.StatusCode}");
        }

        Assert.NotNull(await browser.FindUserAsync());
    }

    [Fact]
    public async Task The_cookie_is_no_token_and_a_token_is_no_cookie()
    {
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var client = _api.CreateClient();
        var tokens = await client.StartSessionAsync(email);

        using var bearer = await client.GetMeAsync(browser.Cookie);
        await bearer.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        using var refresh = await client.TryRefreshAsync(browser.Cookie!);
        await refresh.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        foreach (var value in new[] { tokens.Access, tokens.Refresh })
        {
            browser.Cookie = value;
            Assert.Null(await browser.FindUserAsync());
        }
    }

    [Fact]
    public async Task A_code_is_of_whoever_is_signed_in_when_the_decision_comes()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, firstId, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var email = ApiMoves.NewEmail();
        var secondId = (await _api.CreateClient().RegisterAsync(email)).GetProperty("id").GetInt32();
        var id = await browser.BeginAuthorizationAsync(clientId);

        // In another tab, somebody else signs in. The page still shows the first user.
        await browser.SignInAsync(email);
        var path = $"/oauth/requests/{id}";
        using var refused = await browser.SendAsync(HttpMethod.Post, path, new { decision = "allow", user_id = firstId });
        using var allowed = await browser.SendAsync(HttpMethod.Post, path, new { decision = "allow", user_id = secondId });

        await refused.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(
            [secondId],
            await _api.WithDatabaseAsync(database =>
                database.AuthorizationCodes.Where(row => row.ClientId == clientId).Select(row => row.UserId).ToListAsync()));
    }

    [Fact]
    public async Task Of_a_request_that_another_browser_answers_the_first_gets_nothing()
    {
        var clientId = await _api.RegisterClientAsync();
        var (attacker, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = attacker;
        var (victim, victimId, _) = await TestBrowser.StartSignedInAsync(_api);
        using var __ = victim;
        var id = await attacker.BeginAuthorizationAsync(clientId);

        var answer = await victim.DecideAsync(id);
        using var late = await attacker.TryDecideAsync(id);
        using var shown = await attacker.OpenAsync($"/oauth/requests/{id}");

        // Only the client's state tells whose it is; the code went only to the victim's browser.
        await late.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await shown.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        var hash = RandomSecret.FindHash(answer["code"]);
        Assert.Equal(
            victimId,
            await _api.WithDatabaseAsync(database =>
                database.AuthorizationCodes.Where(row => row.Hash == hash).Select(row => row.UserId).SingleAsync()));
    }

    [Fact]
    public async Task The_id_of_a_request_cannot_be_guessed_and_is_stored_as_a_hash()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var id = await browser.BeginAuthorizationAsync(clientId);

        foreach (var guess in new[] { "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", $"{id}A", id[..^1], id.ToUpperInvariant() })
        {
            using var shown = await browser.OpenAsync($"/oauth/requests/{guess}");
            using var decided = await browser.TryDecideAsync(guess);
            await shown.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
            await decided.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        }

        var row = await _api.WithDatabaseAsync(database =>
            database.AuthorizationRequests.SingleAsync(request => request.ClientId == clientId));
        Assert.Equal(RandomSecret.FindHash(id), row.Hash);
    }

    [Theory]
    [InlineData("{}", "decision")]
    [InlineData("""{"decision": "maybe"}""", "decision")]
    [InlineData("""{"decision": null}""", "decision")]
    [InlineData("""{"decision": "ALLOW"}""", "decision")]
    [InlineData("""{"decision": "allow", "user_id": "x"}""", "user_id")]
    public async Task A_decision_is_allow_or_deny(string json, string member)
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/oauth/requests/{await browser.BeginAuthorizationAsync(clientId)}");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        using var response = await browser.SendAsync(request);

        await response.AssertRefusedMembersAsync(member);
    }
}
