using Btec.Api.Features.Pages;
using Btec.Api.Platform.Http;

namespace Btec.Tests.Pages;

/// <summary>Every public page as a browser shows it.</summary>
public sealed class PublicPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private const string Area = "public/";

    /// <summary>The most that a first view may transfer, in bytes (docs/pages.md).</summary>
    private const int MaxBytes = 60_000;

    public static TheoryData<string> Paths =>
    [
        .. PageEndpoints.FindPages(new PageFiles(), new PagesOptions()).Where(file => file.StartsWith(Area, StringComparison.Ordinal))
            .Select(PageEndpoints.PathOf),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_page_is_accessible_and_fits_a_phone_in_light_and_dark_and_in_each_language(string path)
    {
        foreach (var (scheme, locale, width) in new[] { ("light", "en-US", 1100), ("dark", "de-DE", 320) })
        {
            var page = await browser.OpenAsync(scheme, locale, width);
            // Pages of mailed links show their form.
            await page.GoToAsync($"{path}#token=Zm9yIHRlc3RzIGFsb25lLCBhbmQgbm90IGEgc2VjcmU");
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            await page.ShootAsync($"{(path == "/" ? "home" : path[1..])}-{scheme}-{width}");
            await page.CloseAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_first_view_is_small(string path)
    {
        var page = await browser.OpenAsync();
        await page.GoToAsync(path);

        var loaded = await page.ReadRequestsAsync();
        var files = loaded.Where(resource => resource.Kind is "document" or "stylesheet" or "script" or "image").ToList();

        Assert.Contains(files, file => file.Path == path);
        Assert.True(files.Sum(file => file.Bytes) < MaxBytes, string.Join('\n', files));
        await page.CloseAsync();
    }

    [Theory]
    [InlineData("/sign-in?request=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")]
    [InlineData("/consent?request=javascript:alert(1)")]
    [InlineData("/sign-in?request=..%2F..%2Fapi%2Fusers")]
    [InlineData("/reset-password#token=%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    [InlineData("/verify-email?token=%22onfocus%3D%22alert(1)")]
    [InlineData("/register?email=%3Csvg%20onload%3Dalert(1)%3E")]
    public async Task What_stands_in_an_address_is_never_run(string path)
    {
        var page = await browser.OpenAsync();

        await page.GoToAsync(path);

        Assert.DoesNotContain("alert(1)", await page.ReadTextAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }
}
