using System.Net;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>The page that shows the OpenAPI document. It does not depend on the database.</summary>
public sealed partial class DocumentationPageTests(SqliteApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task The_document_and_the_page_exist_in_every_environment(string environment)
    {
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Passwords:WorkFactor"] = "10" },
            environment,
            migrate: false);

        foreach (var path in new[] { "/openapi/v1.json", "/docs" })
        {
            using var response = await api.CreateClient().GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    [Asvs("14.2.3")]
    public async Task The_page_loads_everything_from_its_own_host(string path)
    {
        using var response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        var html = await response.ReadTextAsync();

        var page = response.RequestMessage!.RequestUri!;
        var loaded = LoadedUrl().Matches(html).Select(match => new Uri(page, match.Groups["url"].Value)).ToList();
        Assert.NotEmpty(loaded);
        foreach (var url in loaded.Where(url => url.Scheme != "data"))
        {
            Assert.Equal(_client.BaseAddress!.Authority, url.Authority);
            using var resource = await _client.GetAsync(url, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, resource.StatusCode);
        }

        var hosts = AbsoluteUrl().Matches(html).Select(match => match.Value)
            .Where(url => !url.StartsWith(_client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal)
                && !url.StartsWith("http://www.w3.org/", StringComparison.Ordinal));
        Assert.Empty(hosts);
        Assert.Contains("openapi/v1.json", html, StringComparison.Ordinal);
    }

    [GeneratedRegex(
        "(?:src|href)\\s*=\\s*[\"'](?<url>[^\"']+)[\"']", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoadedUrl();

    [GeneratedRegex(
        "(?:https?:)?//[A-Za-z0-9.-]+\\.[A-Za-z]{2,}[^\\s\"'<]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AbsoluteUrl();
}
