using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>The page of administrators: who may open it, and what all of its views have in common.</summary>
public sealed class AdminPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    /// <summary>The most that a first view may transfer, in bytes (docs/pages.md).</summary>
    private const int MaxBytes = 60_000;

    private static readonly string[] Views = ["", "users", "audit", "clients", "webhooks", "keys", "nowhere"];

    public static TheoryData<string, string, int> Looks => new()
    {
        { "light", "en-US", 1200 }, { "dark", "de-DE", 1200 }, { "light", "de-DE", AdminMoves.PhoneWidth },
        { "dark", "en-US", AdminMoves.PhoneWidth },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_view_is_accessible_and_fits(string scheme, string locale, int width)
    {
        var user = await browser.Api.StartAccountWithTotpAsync();
        var page = await browser.OpenAdminAsync(scheme: scheme, locale: locale, width: width);

        foreach (var view in Views.Append(AdminMoves.UserView(user.Id)))
        {
            await page.GoToViewAsync(view);
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            await page.ShootAsync($"admin-{(view.Length == 0 ? "overview" : view.Split('/')[^1])}-{scheme}-{width}");
        }

        await page.CloseAsync();
    }

    [Fact]
    public async Task Somebody_who_is_no_superuser_is_told_and_can_sign_out()
    {
        var (_, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAsync();

        await page.SignInToAdminAsync(email, "users");

        await page.SeeHeadingAsync("You may not open this page");
        Assert.Contains(email, await page.ReadTextAsync(), StringComparison.Ordinal);
        Assert.False((await page.RunAsync("return page.locator('.menu').isVisible()")).GetBoolean());
        await page.AssertAccessibleAsync();
        await page.PressAsync("Sign out");
        await page.ArriveAsync("/");
        await page.GoToAsync("/admin");
        await page.ArriveAsync("/sign-in");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_reload_and_a_link_to_a_view_need_no_new_sign_in()
    {
        var page = await browser.OpenAdminAsync("audit?type=login");
        await page.SeeHeadingAsync("Audit log");

        await page.RunAsync("await page.reload()");
        await page.SeeHeadingAsync("Audit log");

        Assert.EndsWith("/admin#/audit?type=login", await page.ReadUrlAsync(), StringComparison.Ordinal);
        Assert.Equal("login", (await page.RunAsync("return page.locator('#type').inputValue()")).GetString());
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_first_view_is_small_and_a_page_of_users_takes_one_request()
    {
        var page = await browser.OpenAdminAsync("users");
        await page.ReadRequestsAsync();
        await page.RunAsync("await page.context().clearCookies({ name: 'none' }); await page.reload()");
        await page.SettleAsync();

        var loaded = await page.ReadRequestsAsync();

        Assert.Single(loaded, resource => resource.Path == "/api/users");
        var files = loaded.Where(resource => resource.Kind is "document" or "stylesheet" or "script" or "image").ToList();
        Assert.True(files.Sum(file => file.Bytes) < MaxBytes, string.Join('\n', files));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Everything_is_reached_by_keyboard_and_the_focus_follows()
    {
        var page = await browser.OpenAdminAsync();
        await page.TypeKeysAsync("Tab");
        await page.SeeFocusAsync("Skip to the content");
        await page.TypeKeysAsync("Tab", "Tab", "Tab", "Enter");
        await page.SettleAsync();
        await page.SeeFocusAsync("Users");

        await page.TypeKeysAsync("Tab", "Enter");
        await page.SeeHeadingAsync("New user");
        await page.TypeKeysAsync("Escape");
        await page.SeeNoDialogAsync();
        await page.SeeFocusAsync("New user");

        await page.TypeKeysAsync("Tab");
        await page.TypeAsync("nobody-has-this");
        await page.SeeAsync("Nobody has “nobody-has-this”");
        await page.SeeFocusAsync("search");
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_link_that_skips_the_menu_leaves_the_view()
    {
        var page = await browser.OpenAdminAsync("keys");
        await page.TypeKeysAsync("Tab", "Enter");

        await page.SeeFocusAsync("main");
        await page.SeeHeadingAsync("Keys");
        Assert.EndsWith("/admin#/keys", await page.ReadUrlAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Signing_out_ends_the_session_of_the_browser()
    {
        var page = await browser.OpenAdminAsync();

        await page.PressAsync("Sign out");

        await page.ArriveAsync("/");
        await page.GoToAsync("/admin");
        await page.ArriveAsync("/sign-in");
        await page.CloseAsync();
    }
}
