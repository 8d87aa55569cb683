using System.Globalization;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>The steps of administrators in a browser that many tests share.</summary>
internal static class AdminMoves
{
    /// <summary>The width of a small phone (WCAG 2.2, success criterion 1.4.10), in CSS pixels.</summary>
    public const int PhoneWidth = 320;

    /// <summary>Adds a superuser with a confirmed address.</summary>
    public static async Task<string> AddSuperuserAsync(this BtecApi api)
    {
        var (id, email, _) = await api.StartConfirmedAccountAsync();
        await api.ChangeUserAsync(id, user => user.IsSuperuser = true);
        return email;
    }

    /// <summary>Opens a window in which a new superuser has opened the administration.</summary>
    public static async Task<BrowserPage> OpenAdminAsync(
        this PageBrowser browser, string view = "", string scheme = "light", string locale = "en-US", int width = 1100)
    {
        var page = await browser.OpenAsync(scheme, locale, width);
        await page.SignInToAdminAsync(await browser.Api.AddSuperuserAsync(), view);
        return page;
    }

    /// <summary>Opens the administration, which leads to the sign-in page and back.</summary>
    public static async Task SignInToAdminAsync(this BrowserPage page, string email, string view = "")
    {
        await page.GoToAsync($"/admin#/{view}");
        await page.ArriveAsync("/sign-in");
        await page.RunAsync(
            """
            await page.locator('#email').fill(values.email)
            await page.locator('#password').fill(values.password)
            await page.locator('#password-form button[type=submit]').click()
            """,
            new { email, password = ApiMoves.Password });
        await page.ArriveAsync("/admin");
        await page.SettleAsync();
    }

    /// <summary>Goes to a view as a link on the page would.</summary>
    public static async Task GoToViewAsync(this BrowserPage page, string view)
    {
        await page.RunAsync("await page.evaluate(view => { location.hash = `#/${view}` }, values.view)", new { view });
        await page.SettleAsync();
    }

    /// <summary>Waits until everything that the view asked for is there. A change of the address is noticed one task after the press that made
    /// it.</summary>
    public static Task SettleAsync(this BrowserPage page) => page.RunAsync(
        "await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))));"
        + "await page.waitForFunction(() => document.querySelector('h1, [role=alert]') && !document.querySelector('main [aria-busy=true]'))");

    /// <summary>Presses a button of the dialog on top.</summary>
    public static Task PressInDialogAsync(this BrowserPage page, string name) => page.RunAsync(
        "await page.getByRole('dialog').last().getByRole('button', { name: values.name, exact: true }).click()", new { name });

    /// <summary>Waits until no dialog is open.</summary>
    public static async Task SeeNoDialogAsync(this BrowserPage page)
    {
        await page.RunAsync("await page.waitForFunction(() => !document.querySelector('dialog'))");
        await page.SettleAsync();
    }

    /// <summary>Reads what is shown below the menu.</summary>
    public static async Task<string> ReadMainAsync(this BrowserPage page) =>
        (await page.RunAsync("return page.locator('main').innerText()")).GetString()!;

    /// <summary>Reads the first table.</summary>
    public static async Task<string> ReadTableAsync(this BrowserPage page) =>
        (await page.RunAsync("return page.locator('main table').first().innerText()")).GetString()!;

    public static string UserView(int id) => string.Create(CultureInfo.InvariantCulture, $"users/{id}");
}
