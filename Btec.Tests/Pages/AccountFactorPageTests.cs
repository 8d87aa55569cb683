using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>Authenticators, passkeys and recovery codes on the page of the account, and the dialog of step-up.</summary>
public sealed class AccountFactorPageTests(AccountBrowser browser) : IClassFixture<AccountBrowser>
{
    private const string Step = "Confirm that it is you";

    private static readonly TimeSpan MoreThanMaxAge = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task An_authenticator_is_added_by_its_QR_code_and_asked_for_at_the_next_sign_in()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        await page.PressAsync("Add an authenticator");
        await page.FillAsync("Name of the authenticator (optional)", "Phone");
        await page.PressAsync("Continue");
        await page.SeeAsync("Or enter this key");
        var authenticator = new TestAuthenticator(Guid.Empty, await AccountBrowser.ReadKeyAsync(page), browser.Api.Clock);
        var code = (await page.RunAsync("return tools.readQrCode(page.locator('.qr svg'))")).GetString()!;
        Assert.StartsWith("otpauth://totp/", code, StringComparison.Ordinal);
        Assert.Contains($"secret={authenticator.Secret}&", code, StringComparison.Ordinal);
        await page.AssertAccessibleAsync();
        await page.ShootAsync("account-authenticator");
        await page.FillAsync("Code that the app shows", authenticator.WrongCode());
        await page.PressAsync("Confirm");
        await page.SeeAsync("The code is wrong.");
        await page.FillAsync("Code that the app shows", authenticator.CodeAt(-1));
        await page.PressAsync("Confirm");
        await page.SeeHeadingAsync("Your recovery codes");
        await page.AssertAccessibleAsync();
        // They are shown once, so the dialog closes only by its button.
        await page.TypeKeysAsync("Escape", "Escape");
        await page.PressAsync("I have saved them");
        await page.SeeAsync("10 of 10 left");
        await page.PressAsync("Sign out");
        await page.ArriveAsync("/");

        await page.GoToAsync("/account");
        await AccountBrowser.EnterPasswordAsync(page, email);
        await page.FillAsync("6-digit code", authenticator.CodeAt());
        await page.TypeKeysAsync("Enter");
        await page.ArriveAsync("/account");
        await page.SeeAsync("Phone");
        await page.PressAsync("Remove: Phone");
        await page.SeeAsync("It is your last second factor.");
        await page.PressAsync("Remove");
        await page.SeeAsync("The authenticator has been removed.");
        await page.CloseAsync();
    }

    [Fact]
    public async Task QR_codes_of_every_size_can_be_read()
    {
        var page = await browser.OpenAsync();
        await page.GoToAsync("/account");
        await page.ArriveAsync("/sign-in");

        // Texts of up to the 2,331 bytes that version 40 holds at level M, so that every version from 1 on occurs (ISO/IEC 18004).
        var unread = await page.RunAsync(
            """
            const html = await (await page.request.get('/account')).text()
            const module = html.match(/[^"]*\/account\/qr\.[0-9a-f]+\.js/)[0]
            const codes = await page.evaluate(async url => {
              const { encodeQr } = await import(url)
              const textOf = length => `ä${'Ada!'.repeat(600).slice(0, length)}`
              const texts = Array.from({ length: 60 }, (_, index) => textOf(2329 * (index / 59) ** 2))
              return texts.map(text => ({ text, rows: encodeQr(text) }))
            }, module)
            const sizes = new Set(codes.map(({ rows }) => rows.length))
            if (sizes.size < 40) throw new Error(`only ${sizes.size} sizes`)
            return codes.filter(({ text, rows }) => tools.decodeQr(rows) !== text).map(({ text }) => text.length)
            """);

        Assert.Equal(0, unread.GetArrayLength());
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_passkey_is_added_renamed_used_and_removed()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        await page.AddAuthenticatorAsync();
        await page.PressAsync("Add a passkey");
        await page.PressAsync("Create the passkey");
        await page.SeeHeadingAsync("Your recovery codes");
        await page.PressAsync("I have saved them");
        await page.SeeAsync("10 of 10 left");
        await page.PressAsync("Rename: Chrome on Linux");
        await page.FillAsync("Name of the passkey (optional)", "<img src=x onerror=alert(1)>");
        await page.PressAsync("Save");
        await page.SeeAsync("<img src=x onerror=alert(1)>");
        await page.PressAsync("Sign out");
        await page.ArriveAsync("/");

        await page.GoToAsync("/account");
        await page.ArriveAsync("/sign-in");
        await page.RunAsync(
            """
            const passkey = page.getByRole('button', { name: 'Sign in with a passkey' })
            // The browser may offer it by itself and be faster.
            await Promise.any([passkey.click(), page.waitForURL('**/account*')])
            """);
        await page.ArriveAsync("/account");
        await page.PressAsync("Remove: <img src=x onerror=alert(1)>");
        await page.PressAsync("Remove");
        await page.SeeAsync("The passkey has been removed.");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_step_up_by_password_is_asked_for_once_and_can_be_refused()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        browser.Api.Clock.Advance(MoreThanMaxAge);
        await page.PressAsync("Add an authenticator");
        await page.PressAsync("Continue");
        await page.SeeHeadingAsync(Step);
        await page.AssertAccessibleAsync();
        await page.TypeKeysAsync("Escape");
        await page.SeeCountAsync("dialog", 0);
        Assert.Equal("", (await page.RunAsync("return page.locator('#authenticator [role=alert]').innerText()")).GetString());

        await page.PressAsync("Continue");
        await page.FillAsync("Password", "not the password");
        await page.TypeKeysAsync("Enter");
        await page.SeeAsync("The password is wrong.");
        await page.FillAsync("Password", ApiMoves.Password);
        await page.TypeKeysAsync("Enter");

        await page.SeeAsync("Or enter this key");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Requests_that_wait_for_the_same_proof_share_one_dialog()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        browser.Api.Clock.Advance(MoreThanMaxAge);

        await page.RunAsync(
            """
            page.answers = page.evaluate(async () => {
              const loaded = performance.getEntriesByType('resource').map(entry => entry.name)
              const { call } = await import(loaded.find(name => /\/js\/session\.[0-9a-f]+\.js$/.test(name)))
              return (await Promise.all([1, 2, 3].map(() => call('POST', '/api/users/me/passkeys/options')))).length
            })
            """);
        await page.SeeHeadingAsync(Step);
        Assert.Equal(1, (await page.RunAsync("return page.locator('dialog').count()")).GetInt32());
        await page.FillAsync("Password", ApiMoves.Password);
        await page.TypeKeysAsync("Enter");

        Assert.Equal(3, (await page.RunAsync("return page.answers")).GetInt32());
        await page.SeeCountAsync("dialog", 0);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_step_up_of_two_factors_takes_what_the_user_has()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        await page.AddAuthenticatorAsync();
        var (authenticator, codes) = await browser.AddAuthenticatorAsync(page);
        browser.Api.Clock.Advance(MoreThanMaxAge);

        await page.PressAsync("Add a passkey");
        await page.PressAsync("Create the passkey");
        await page.SeeHeadingAsync(Step);
        await page.FillAsync("Code of your authenticator app", authenticator.WrongCode());
        await page.TypeKeysAsync("Enter");
        await page.SeeAsync("The code is wrong.");
        await page.FillAsync("Code of your authenticator app", authenticator.CodeAt());
        await page.TypeKeysAsync("Enter");
        await page.SeeAsync("The passkey has been added.");

        browser.Api.Clock.Advance(MoreThanMaxAge);
        await page.PressAsync("Create new codes");
        await page.RunAsync("await page.locator('dialog').getByRole('button', { name: 'Create new codes' }).click()");
        await page.PressAsync("Use a passkey");
        await page.SeeHeadingAsync("Your recovery codes");
        await page.RunAsync("await page.getByRole('button', { name: 'I have saved them' }).click()");

        // The old recovery codes are void, and a session of a passkey has not proved the password.
        browser.Api.Clock.Advance(MoreThanMaxAge);
        await page.PressAsync("Remove: Chrome on Linux");
        await page.PressAsync("Remove");
        await page.PressAsync("Use a recovery code");
        await page.FillAsync("Password", ApiMoves.Password);
        await page.FillAsync("Recovery code", codes[0]);
        await page.TypeKeysAsync("Enter");
        await page.SeeAsync("The code is wrong.");
        await page.PressAsync("Use a code of your authenticator app");
        await page.FillAsync("Code of your authenticator app", authenticator.CodeAt());
        await page.TypeKeysAsync("Enter");
        await page.SeeAsync("The passkey has been removed.");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_token_that_has_expired_is_renewed_once_for_all_that_wait()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        await page.ReadRequestsAsync();
        browser.Api.Clock.Advance(TimeSpan.FromMinutes(16));

        var answered = await page.RunAsync(
            """
            return page.evaluate(async () => {
              const loaded = performance.getEntriesByType('resource').map(entry => entry.name)
              const { call } = await import(loaded.find(name => /\/js\/session\.[0-9a-f]+\.js$/.test(name)))
              const paths = ['/api/users/me', '/api/users/me/factors', '/api/users/me/sessions']
              return (await Promise.all(paths.map(path => call('GET', path)))).length
            })
            """);

        Assert.Equal(3, answered.GetInt32());
        Assert.Single(await page.ReadRequestsAsync(), request => request.Path == "/oauth/authorize");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Whoever_was_signed_out_elsewhere_is_led_to_the_sign_in_page_and_back()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        var client = browser.Api.CreateClient();
        using var ended = await client.LogOutAsync((await client.StartSessionAsync(email)).Access, "?scope=others");
        ended.EnsureSuccessStatusCode();

        await page.PressAsync("Change: Name");
        await page.PressAsync("Save");

        await AccountBrowser.EnterPasswordAsync(page, email);
        await page.SeeHeadingAsync("Where you are signed in");
        await page.CloseAsync();
    }
}
