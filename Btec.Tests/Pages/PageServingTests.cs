using System.Net;
using System.Text.RegularExpressions;
using Btec.Api.Features.Pages;
using Btec.Api.Platform.Http;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>The serving of the pages, which does not depend on the database.</summary>
public sealed partial class PageServingTests(SqliteApi shared)
{
    private static readonly PageFiles Files = new();

    private readonly HttpClient _client = shared.Api.CreateClient();

    public static TheoryData<string> Paths => [.. PageEndpoints.FindPages(Files, new PagesOptions()).Select(PageEndpoints.PathOf)];

    [Theory]
    [MemberData(nameof(Paths))]
    [Asvs("3.4.3", "3.4.6")]
    public async Task A_page_is_HTML_that_runs_nothing_but_the_scripts_of_this_host(string path)
    {
        using var response = await _client.GetAsync(path, accessToken: null);
        var html = await response.ReadTextAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' data:; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.DoesNotContain("{{", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", html);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Everything_that_a_page_loads_is_named_by_its_content_and_kept_for_ever(string path)
    {
        var html = await ReadAsync(path);

        var assets = Asset().Matches(html).Select(match => match.Value).ToList();
        Assert.NotEmpty(assets);
        Assert.Equal(assets.Distinct(StringComparer.Ordinal), assets, StringComparer.Ordinal);
        foreach (var asset in assets)
        {
            using var response = await _client.GetAsync(asset, accessToken: null);
            Assert.Equal((asset, HttpStatusCode.OK), (asset, response.StatusCode));
            Assert.Equal("public, max-age=31536000, immutable", Assert.Single(response.Headers.GetValues("Cache-Control")));
            // Every module that it imports is named in the page, so that no second round of requests is needed.
            var folder = new Uri(new Uri("http://host"), asset);
            Assert.All(
                Import().Matches(await response.ReadTextAsync()).Select(match => new Uri(folder, match.Value).AbsolutePath),
                imported => Assert.Contains(imported, assets, StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("/assets/js/dom.js")]
    [InlineData("/assets/js/dom.0123456789abcdef.js")]
    [InlineData("/assets/public/sign-in.0123456789abcdef.html")]
    [InlineData("/assets/text/en.0123456789abcdef.json")]
    [InlineData("/assets/text/public.xx.0123456789abcdef.js")]
    [InlineData("/assets/../appsettings.0123456789abcdef.js")]
    [InlineData("/assets/%2e%2e/appsettings.0123456789abcdef.js")]
    [InlineData("/assets/")]
    [InlineData("/_layout")]
    public async Task Nothing_else_is_served(string path)
    {
        using var response = await _client.GetAsync(path, accessToken: null);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("ASSET")]
    public async Task A_body_is_compressed_for_who_accepts_it_and_sent_once(string path)
    {
        path = path == "ASSET" ? Asset().Matches(await ReadAsync("/sign-in")).Single(asset => asset.Value.Contains("base.", StringComparison.Ordinal)).Value : path;
        var plain = await _client.GetByteArrayAsync(path, TestContext.Current.CancellationToken);
        foreach (var (accepted, encoding) in new[]
        {
            ("br, gzip", "br"), ("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", null),
        })
        {
            using var response = await SendAsync(path, ("Accept-Encoding", accepted));
            Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
            Assert.Contains("Accept-Encoding", response.Headers.Vary, StringComparer.Ordinal);
            var length = (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length;
            Assert.True(encoding is null ? length == plain.Length : length < plain.Length * 3 / 4);
            using var again = await SendAsync(path, ("Accept-Encoding", accepted), ("If-None-Match", response.Headers.ETag!.ToString()));
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            using var other = await SendAsync(path, ("Accept-Encoding", "deflate, br, gzip;q=0.1"), ("If-None-Match", response.Headers.ETag.ToString()));
            Assert.Equal(encoding == "br" ? HttpStatusCode.NotModified : HttpStatusCode.OK, other.StatusCode);
        }
    }

    [Theory]
    [InlineData(null, "en")]
    [InlineData("de", "de")]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "de")]
    [InlineData("fr-FR, de;q=0.5, en;q=0.4", "de")]
    [InlineData("en;q=0.4, de;q=0.5", "de")]
    [InlineData("de;q=0, fr", "en")]
    [InlineData("zh, *", "en")]
    [InlineData("DE", "de")]
    [InlineData(";;;=,", "en")]
    public async Task The_language_is_the_one_that_the_browser_prefers(string? accepted, string language)
    {
        using var response = accepted is null ? await SendAsync("/sign-in") : await SendAsync("/sign-in", ("Accept-Language", accepted));
        var html = await response.ReadTextAsync();

        Assert.Contains($"<html lang=\"{language}\"", html, StringComparison.Ordinal);
        Assert.Contains(language == "de" ? "<h1>Anmelden</h1>" : "<h1>Sign in</h1>", html, StringComparison.Ordinal);
        Assert.Equal(language, Assert.Single(response.Content.Headers.ContentLanguage));
        Assert.Contains("Accept-Language", response.Headers.Vary, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/sign-in", "name=\"email\" type=\"email\" autocomplete=\"username webauthn\"")]
    [InlineData("/sign-in", "name=\"password\" type=\"password\" autocomplete=\"current-password webauthn\"")]
    [InlineData("/sign-in", "autocomplete=\"one-time-code\"")]
    [InlineData("/register", "name=\"email\" type=\"email\" autocomplete=\"username\"")]
    [InlineData("/register", "name=\"password\" type=\"password\" autocomplete=\"new-password\"")]
    [InlineData("/reset-password", "name=\"new_password\" type=\"password\" autocomplete=\"new-password\"")]
    [InlineData("/verify-email", "name=\"password\" type=\"password\" autocomplete=\"current-password\"")]
    [Asvs("6.2.7")]
    public async Task Password_managers_know_the_fields(string path, string field) =>
        Assert.Contains(field, await ReadAsync(path), StringComparison.Ordinal);

    [Fact]
    public async Task The_pages_are_no_part_of_the_API()
    {
        var document = await ReadAsync("/openapi/v1.json");

        Assert.DoesNotContain("/sign-in\"", document, StringComparison.Ordinal);
        Assert.DoesNotContain("/assets", document, StringComparison.Ordinal);
        using var posted = await _client.PostJsonAsync("/sign-in", new { });
        await posted.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    private async Task<string> ReadAsync(string path)
    {
        using var response = await _client.GetAsync(path, accessToken: null);
        return await response.ReadTextAsync();
    }

    private async Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("""/assets/[^"]+""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asset();

    [GeneratedRegex(@"(?<=from ')[^']+(?=')", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Import();
}
