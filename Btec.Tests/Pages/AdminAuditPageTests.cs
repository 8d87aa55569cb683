using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>The audit events and what others have written, as an administrator sees them in a browser.</summary>
public sealed class AdminAuditPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    public static TheoryData<string> Hostile =>
    [
        "<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>", "javascript:alert(1)", "{{constructor.constructor('alert(1)')()}}",
        "<svg/onload=alert(1)>", "' onfocus='alert(1)' autofocus='", "</title><script>alert(1)</script>", "<a href=javascript:alert(1)>x</a>",
    ];

    [Fact]
    public async Task Events_are_filtered_and_unfold_to_all_that_is_known()
    {
        var (id, _, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAdminAsync("audit");

        await page.RunAsync("await page.getByLabel('Number of the user').fill(String(values.id))", new { id });
        await page.RunAsync("await page.getByLabel('Event', { exact: true }).selectOption('login')");
        await page.PressAsync("Filter");
        await page.SeeAsync("Sign-in");
        await page.SettleAsync();
        await page.SeeCountAsync(".events > li", 1);
        await page.RunAsync("await page.locator('summary').click()");
        await page.SeeAsync("Trace id");
        var trace = (await page.RunAsync("return page.locator('.copyable code').innerText()")).GetString();
        Assert.Matches("^[0-9a-f]{32}$", trace);
        await page.AssertAccessibleAsync();
        await page.ShootAsync("admin-event");

        await page.RunAsync("await page.getByLabel('From').fill('2099-01-01T00:00')");
        await page.PressAsync("Filter");
        await page.SeeAsync("No events match.");
        Assert.Contains("from=2099-01-01T", await page.ReadUrlAsync(), StringComparison.Ordinal);
        await page.FollowAsync("Reset");
        await page.RunAsync("await page.locator('.events > li').first().waitFor()");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_trace_id_is_copied()
    {
        var page = await browser.OpenAdminAsync("audit");
        await page.RunAsync("await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])");
        await page.RunAsync("await page.locator('summary').first().click()");
        await page.PressAsync("Copy the trace id");

        var copied = await page.RunAsync("return page.evaluate(() => navigator.clipboard.readText())");

        Assert.Matches("^[0-9a-f]{32}$", copied.GetString());
        await page.CloseAsync();
    }

    [Fact]
    public async Task Events_are_paged_and_the_filter_stays()
    {
        var (id, email, _) = await browser.Api.StartConfirmedAccountAsync();
        for (var login = 0; login < 26; login++)
            await browser.Api.CreateClient().StartSessionAsync(email);

        var page = await browser.OpenAdminAsync($"audit?type=login&user_id={id}");
        await page.SeeCountAsync(".events > li", 25);

        await page.FollowAsync("Next page");
        await page.SeeAsync("First page");
        await page.SettleAsync();

        await page.SeeCountAsync(".events > li", 2);
        await page.FollowAsync("First page");
        await page.SeeAsync("Next page");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_faulty_filter_in_a_link_is_said_in_words()
    {
        var page = await browser.OpenAdminAsync("audit?user_id=abc&from=yesterday");

        await page.SeeAsync("Something in the form is not right yet.");

        await page.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_others_have_written_is_shown_as_text(string text)
    {
        var email = ApiMoves.NewEmail();
        var id = (await browser.Api.CreateClient().RegisterAsync(email, fullName: text)).GetProperty("id").GetInt32();
        await browser.Api.CreateClient().StartSessionAsync(email, userAgent: text);
        var page = await browser.OpenAdminAsync($"users?q={email}");
        await page.SeeAsync(text);

        await page.GoToViewAsync(AdminMoves.UserView(id));
        await page.SeeHeadingAsync(text);
        await page.RunAsync("for (const event of await page.locator('summary').all()) await event.click()");
        await page.SeeInAsync(".device", text);
        await page.SeeInAsync(".events", text);
        await page.GoToViewAsync(Uri.EscapeDataString(text));
        await page.SeeHeadingAsync("There is no such page");
        await page.GoToViewAsync($"users?q={Uri.EscapeDataString(text)}");

        // Scripts that ran, dialogs and violations of the policy fail this.
        await page.CloseAsync();
    }
}
