using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>The page of the account as a browser shows it.</summary>
public sealed class AccountViewTests(AccountBrowser browser) : IClassFixture<AccountBrowser>
{
    /// <summary>The most that a first view may transfer, in bytes (docs/pages.md).</summary>
    private const int MaxBytes = 60_000;

    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "javascript:alert(1)",
        "{{constructor}}",
        "</title><iframe srcdoc='<script>parent.alert(1)</script>'>", "%3Cscript%3Ealert(1)%3C/script%3E",
        "' onfocus='alert(1)' autofocus='",
    ];

    [Fact]
    public async Task The_page_is_accessible_and_fits_a_phone_in_light_and_dark_and_in_each_language()
    {
        var (id, email) = await browser.RegisterAsync("Ada Lovelace");
        await browser.GrantAsync(id);
        await browser.Api.CreateClient().StartSessionAsync(
            email, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0");
        foreach (var (scheme, locale, width, title) in new[]
        {
            ("light", "en-US", 1100, "Your account"), ("dark", "de-DE", 320, "Ihr Konto"),
        })
        {
            var page = await browser.OpenAsync(scheme, locale, width);
            await page.GoToAsync("/account");
            await page.RunAsync(
                """
                await page.locator('#email').fill(values.email)
                await page.locator('#password').fill(values.password)
                await page.locator('#password').press('Enter')
                await page.locator('#account:not([hidden])').waitFor()
                """,
                new { email, password = ApiMoves.Password });
            Assert.StartsWith(title, (await page.RunAsync("return page.title()")).GetString(), StringComparison.Ordinal);
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            await page.ShootAsync($"account-{scheme}-{width}");
            await page.RunAsync(
                """
                for (const id of ['profile', 'email', 'password', 'passkeys', 'authenticator', 'delete'])
                  await page.locator(`#${id} [aria-expanded]`).click()
                for (const id of ['email', 'password', 'delete']) await page.locator(`#${id} [type=submit]`).click()
                """);
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            await page.ShootAsync($"account-forms-{scheme}-{width}");
            await page.CloseAsync();
        }
    }

    [Fact]
    public async Task The_first_view_is_small()
    {
        var page = await browser.OpenAsync();
        await page.GoToAsync("/account");
        await page.ArriveAsync("/sign-in");

        // What comes after belongs to the sign-in page.
        var files = (await page.ReadRequestsAsync()).TakeWhile(resource => resource is not { Path: "/oauth/authorize", Kind: "document" })
            .Where(resource => resource.Kind is "document" or "stylesheet" or "script" or "image").ToList();

        Assert.Contains(files, file => file.Path == "/account");
        Assert.Contains(files, file => file.Path.StartsWith("/assets/account/qr.", StringComparison.Ordinal));
        Assert.True(files.Sum(file => file.Bytes) < MaxBytes, string.Join('\n', files));
        await page.CloseAsync();
    }

    [Fact]
    public async Task What_others_wrote_is_shown_as_text()
    {
        foreach (var text in Hostile)
        {
            var (_, email) = await browser.RegisterAsync(text);
            await browser.Api.CreateClient().StartSessionAsync(email, text);
            var page = await browser.SignInAsync(email);
            await page.SeeHeadingAsync(text);
            await page.SeeInAsync("#sessions", text);
            await page.CloseAsync();
        }
    }

    [Fact]
    public async Task A_name_is_changed_by_keyboard_alone()
    {
        var (_, email) = await browser.RegisterAsync("Ada");
        var page = await browser.SignInAsync(email);
        await page.RunAsync(
            """
            const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'))
            for (let press = 0; await focused() !== 'Change: Name'; press++) {
              if (press > 15) throw new Error('The button is not within reach.')
              await page.keyboard.press('Tab')
            }
            await page.keyboard.press('Enter')
            await page.keyboard.press('ControlOrMeta+A')
            """);
        await page.TypeAsync("Ada King");
        await page.TypeKeysAsync("Enter");

        await page.SeeHeadingAsync("Ada King");
        await page.SeeFocusAsync("Change: Name");
        await page.CloseAsync();
    }
}
