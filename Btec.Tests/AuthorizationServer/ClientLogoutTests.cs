using System.Net;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.AspNetCore.WebUtilities;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Logouts that a client begins, and that anybody can link to.</summary>
public sealed class ClientLogoutTests(SqliteApi shared)
{
    private const string Bye = "https://client.example/bye";

    private readonly BtecApi _api = shared.Api;

    private string Root => _api.CreateClient().BaseAddress!.GetLeftPart(UriPartial.Authority);

    [Fact]
    [Asvs("10.6.2")]
    public async Task Without_a_proof_of_the_client_the_user_is_asked_and_stays_signed_in()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;

        using var bare = await browser.OpenAsync("/oauth/logout");
        using var response = await browser.OpenAsync(
            PathOf(("client_id", clientId), ("post_logout_redirect_uri", Bye), ("state", "a b&c")));
        using var forged = await browser.OpenAsync(PathOf(("client_id", clientId), ("id_token_hint", "eyJhbGciOiJub25lIn0.e30.")));

        Assert.Equal($"{Root}/sign-out", bare.Headers.Location!.AbsoluteUri.TrimEnd('?'));
        Assert.Equal(
            $"{Root}/sign-out?client_id={clientId}&post_logout_redirect_uri=https%3A%2F%2Fclient.example%2Fbye&state=a%20b%26c",
            response.Headers.GetValues("Location").Single());
        Assert.StartsWith($"{Root}/sign-out?", forged.Headers.GetValues("Location").Single(), StringComparison.Ordinal);
        Assert.All(new[] { bare, response, forged }, answer => Assert.Equal(HttpStatusCode.Found, answer.StatusCode));
        Assert.NotNull(await browser.FindUserAsync());
    }

    [Fact]
    public async Task Once_the_user_has_signed_out_the_same_request_leads_back_to_the_client()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        using var asked = await browser.OpenAsync(PathOf(("client_id", clientId), ("post_logout_redirect_uri", Bye), ("state", "a b&c")));

        using var left = await browser.SendAsync(HttpMethod.Delete, TestBrowser.SessionRoute);
        using var back = await browser.OpenAsync($"/oauth/logout{asked.Headers.Location!.Query}");

        Assert.Equal($"{Bye}?state=a%20b%26c", back.Headers.GetValues("Location").Single());
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_is_sent_on_at_once()
    {
        var clientId = await _api.RegisterClientAsync();
        using var browser = new TestBrowser(_api);

        using var client = await browser.OpenAsync(PathOf(("client_id", clientId), ("post_logout_redirect_uri", Bye)));
        using var page = await browser.OpenAsync("/oauth/logout");

        Assert.Equal(Bye, client.Headers.GetValues("Location").Single());
        Assert.Equal($"{Root}/sign-out", page.Headers.GetValues("Location").Single());
    }

    [Theory]
    [InlineData("https://client.example/bye/", "redirect_uri_invalid")]
    [InlineData("https://client.example/callback?tenant=1", "redirect_uri_invalid")]
    [InlineData("https://evil.example/", "redirect_uri_invalid")]
    [InlineData("//evil.example", "redirect_uri_invalid")]
    [InlineData("javascript:alert(1)", "redirect_uri_invalid")]
    [InlineData("https://client.example/bye\r\nSet-Cookie: a=b", "redirect_uri_invalid")]
    public async Task An_address_that_the_client_has_not_registered_for_it_is_never_redirected_to(string uri, string code)
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var signedIn = browser;
        using var stranger = new TestBrowser(_api);

        foreach (var sender in new[] { signedIn, stranger })
        {
            using var response = await sender.OpenAsync(PathOf(("client_id", clientId), ("post_logout_redirect_uri", uri)));
            await response.AssertProblemAsync(HttpStatusCode.BadRequest, code);
            Assert.Null(response.Headers.Location);
        }

        Assert.NotNull(await signedIn.FindUserAsync());
    }

    [Fact]
    public async Task An_unknown_client_has_no_addresses()
    {
        using var browser = new TestBrowser(_api);
        using var unknown = await browser.OpenAsync(PathOf(("client_id", "nobody"), ("post_logout_redirect_uri", Bye)));
        using var missing = await browser.OpenAsync(PathOf(("post_logout_redirect_uri", Bye)));
        using var twice = await browser.OpenAsync($"{PathOf(("client_id", "nobody"), ("post_logout_redirect_uri", Bye))}&client_id=nobody");

        foreach (var response in new[] { unknown, missing, twice })
            await response.AssertProblemAsync(HttpStatusCode.BadRequest, "client_unknown");
    }

    [Fact]
    public async Task A_form_is_turned_into_a_link_which_carries_the_cookie()
    {
        var clientId = await _api.RegisterClientAsync();
        using var browser = new TestBrowser(_api);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/logout");
        request.Content = new FormUrlEncodedContent(
        [
            KeyValuePair.Create("client_id", clientId), KeyValuePair.Create("post_logout_redirect_uri", Bye),
            KeyValuePair.Create("other", "x"),
        ]);

        using var response = await browser.SendAsync(request);

        Assert.Equal(
            $"{Root}/oauth/logout?client_id={clientId}&post_logout_redirect_uri=https%3A%2F%2Fclient.example%2Fbye",
            response.Headers.GetValues("Location").Single());
    }

    [Theory]
    [InlineData("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "de", "text/html", "Dieser Link funktioniert nicht")]
    [InlineData("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "fr", "text/html", "This link does not work")]
    [InlineData("*/*", "de", "application/problem+json", "redirect_uri_invalid")]
    [InlineData("application/json, text/html;q=0", "de", "application/problem+json", "redirect_uri_invalid")]
    public async Task A_link_that_must_not_be_followed_ends_on_a_page_for_people_and_a_problem_for_programs(
        string accept, string language, string type, string text)
    {
        var clientId = await _api.RegisterClientAsync();
        using var browser = new TestBrowser(_api);
        foreach (var path in new[]
        {
            AuthorizationMoves.PathOf(clientId, ("redirect_uri", "https://evil.example/")),
            PathOf(("client_id", clientId), ("post_logout_redirect_uri", "https://evil.example/")),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            Assert.True(request.Headers.TryAddWithoutValidation("Accept", accept));
            request.Headers.Add("Accept-Language", language);

            using var response = await browser.SendAsync(request);

            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
            Assert.Null(response.Headers.Location);
            var body = await response.ReadTextAsync();
            Assert.Contains(text, body, StringComparison.Ordinal);
            Assert.DoesNotContain("evil.example", body, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", response.Header("Content-Security-Policy"), StringComparison.Ordinal);
        }
    }

    private static string PathOf(params (string Name, string Value)[] parameters) => QueryHelpers.AddQueryString(
        "/oauth/logout", parameters.Select(parameter => KeyValuePair.Create(parameter.Name, (string?)parameter.Value)));
}
