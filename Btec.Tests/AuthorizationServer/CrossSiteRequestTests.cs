using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Requests with the cookie of a browser that other sites forge.</summary>
public sealed class CrossSiteRequestTests(SqliteApi shared)
{
    private readonly BtecApi _api = shared.Api;

    public static TheoryData<string?, string?, bool> Senders => new()
    {
        { "same-origin", null, true },
        { "same-origin", "OWN", true },
        { null, "OWN", true },
        { null, null, false },
        { "cross-site", null, false },
        { "cross-site", "OWN", false },
        { "same-site", null, false },
        { "same-site", "OWN", false },
        { "none", null, false },
        { "none", "OWN", false },
        { "", "OWN", false },
        { "same-origin, cross-site", "OWN", false },
        { "SAME-ORIGIN", "OWN", false },
        { null, "null", false },
        { null, "", false },
        { null, "https://evil.example", false },
        { null, "OWN.evil.example", false },
        { null, "https://OWN", false },
        { null, "OWN/", false },
        { null, "OWN OWN", false },
        { null, "http://127.0.0.1", false },
        { null, "http://127.0.0.1:1", false },
        { null, "http://localhost", false },
    };

    [Theory]
    [MemberData(nameof(Senders))]
    [Asvs("3.5.1")]
    public async Task A_browser_signs_in_and_out_and_consents_only_on_pages_of_this_server(string? site, string? origin, bool isOwn)
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var id = await browser.BeginAuthorizationAsync(clientId);
        var own = _api.CreateClient().BaseAddress!.GetLeftPart(UriPartial.Authority);
        var cookie = browser.Cookie;

        foreach (var (method, path, json) in new[]
        {
            (HttpMethod.Post, TestBrowser.SessionRoute, $$"""{"email": "{{email}}", "password": "{{ApiMoves.Password}}"}"""),
            (HttpMethod.Post, $"/oauth/requests/{id}", """{"decision": "allow"}"""),
            (HttpMethod.Delete, TestBrowser.SessionRoute, null),
        })
        {
            using var request = new HttpRequestMessage(method, path);
            if (json is not null)
                request.Content = new StringContent(json, Encoding.UTF8, "application/json");

            if (site is not null)
                request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);

            if (origin is not null)
                request.Headers.TryAddWithoutValidation("Origin", origin.Replace("OWN", own, StringComparison.Ordinal));

            using var response = await browser.SendAsync(request);
            if (isOwn)
                Assert.True(response.IsSuccessStatusCode, await response.ReadTextAsync());
            else
                await response.AssertProblemAsync(HttpStatusCode.Forbidden, "cross_site_request");
        }

        if (isOwn)
            return;

        Assert.Equal(cookie, browser.Cookie);
        Assert.NotNull(await browser.FindUserAsync());
        Assert.Contains("code", (await browser.DecideAsync(id)).Keys, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    [InlineData("text/plain; x=application/json")]
    [InlineData(null)]
    public async Task What_a_form_of_another_site_can_send_is_never_read(string? contentType)
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var id = await browser.BeginAuthorizationAsync(clientId);

        foreach (var (path, json) in new[]
        {
            (TestBrowser.SessionRoute, $$"""{"email": "{{email}}", "password": "{{ApiMoves.Password}}"}"""),
            ($"/oauth/requests/{id}", """{"decision": "allow"}"""),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            if (contentType is not null)
                Assert.True(request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType));

            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            using var response = await browser.SendAsync(request);
            await response.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        }
    }

    [Fact]
    public async Task No_other_origin_can_read_an_answer_with_the_cookie_even_in_Development()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, environment: "Development");
        var email = ApiMoves.NewEmail();
        await api.CreateClient().RegisterAsync(email);
        using var browser = new TestBrowser(api);
        using var signedIn = await browser.TrySignInAsync(new { email, password = ApiMoves.Password });

        // Over http in Development, browsers would not store the cookie of https.
        Assert.StartsWith("btec=", signedIn.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("secure", signedIn.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, TestBrowser.SessionRoute);
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Cookie", $"btec={browser.Cookie}");
        using var response = await api.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.DoesNotContain("evil.example", response.Header("Access-Control-Allow-Origin"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_at_the_public_URL_may_send_its_origin_behind_a_proxy()
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["PublicUrl"] = "https://auth.example.com/base" });
        var email = ApiMoves.NewEmail();
        await api.CreateClient().RegisterAsync(email);

        foreach (var (origin, status) in new[]
        {
            ("https://auth.example.com", HttpStatusCode.NoContent), ("https://auth.example.com:444", HttpStatusCode.Forbidden),
            ("http://auth.example.com", HttpStatusCode.Forbidden), ("https://example.com", HttpStatusCode.Forbidden),
        })
        {
            using var browser = new TestBrowser(api);
            using var request = new HttpRequestMessage(HttpMethod.Post, TestBrowser.SessionRoute);
            request.Headers.Add("Origin", origin);
            request.Content = new StringContent(
                $$"""{"email": "{{email}}", "password": "{{ApiMoves.Password}}"}""", Encoding.UTF8, "application/json");
            using var response = await browser.SendAsync(request);
            Assert.Equal(status, response.StatusCode);
        }
    }
}
