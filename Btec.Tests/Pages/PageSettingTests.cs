using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>The settings under <c>Pages</c>. They do not depend on the database.</summary>
public sealed class PageSettingTests
{
    [Fact]
    public async Task Without_the_pages_nothing_of_them_is_served()
    {
        await using var api = await StartAsync(("Pages:Enabled", "false"));

        foreach (var path in PageServingTests.Paths.Select(row => row.Data).Append("/assets/js/dom.js"))
        {
            using var response = await api.CreateClient().GetAsync(path, accessToken: null);
            await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task The_page_for_administrators_can_be_left_out()
    {
        await using var api = await StartAsync(("Pages:AdminEnabled", "false"));

        using var admin = await api.CreateClient().GetAsync("/admin", accessToken: null);
        using var home = await api.CreateClient().GetAsync("/", accessToken: null);

        await admin.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Contains("data-admin=\"off\"", await home.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Asvs("3.2.2")]
    public async Task The_name_and_the_logo_are_shown_and_cannot_become_code()
    {
        await using var api = await StartAsync(
            ("Pages:SiteName", "\"><script>alert(1)</script>&"), ("Pages:LogoUrl", "https://cdn.example.com/logo.svg?a=1&b=2"));

        using var response = await api.CreateClient().GetAsync("/sign-in", accessToken: null);
        var html = await response.ReadTextAsync();

        Assert.Contains("<title>Sign in · &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;</title>", html, StringComparison.Ordinal);
        Assert.Contains("src=\"https://cdn.example.com/logo.svg?a=1&amp;b=2\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains(
            "img-src 'self' data: https://cdn.example.com;",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_a_path_everything_begins_with_it()
    {
        await using var api = await StartAsync(("PublicUrl", "https://x.example/auth"));

        foreach (var requested in new[] { "/auth", "/auth/", "/auth/sign-in", "/sign-in" })
        {
            using var response = await api.CreateClient().GetAsync(requested, accessToken: null);
            var html = await response.ReadTextAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("data-base=\"/auth\"", html, StringComparison.Ordinal);
            Assert.DoesNotContain("=\"/assets", html, StringComparison.Ordinal);
            Assert.Contains("=\"/auth/assets/css/base.", html, StringComparison.Ordinal);
        }
    }

    private static Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) => BtecApi.StartAsync(
        DatabaseKind.Sqlite,
        settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value, StringComparer.Ordinal),
        migrate: false);
}
