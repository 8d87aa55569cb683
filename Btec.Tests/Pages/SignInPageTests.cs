using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>Signing in and out in a browser.</summary>
public sealed class SignInPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    [Fact]
    [Asvs("7.4.4")]
    public async Task A_person_signs_in_by_keyboard_alone_and_out_again()
    {
        var (_, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAsync();
        await page.GoToAsync("/sign-in");

        // The first field has the focus.
        await page.TypeAsync(email);
        await page.TypeKeysAsync("Tab", "Tab");
        await page.TypeAsync("not the password");
        await page.TypeKeysAsync("Enter");
        await page.SeeAsync("The e-mail address or the password is wrong.");
        await page.AssertAccessibleAsync();
        await page.FillAsync("Password", ApiMoves.Password);
        await page.TypeKeysAsync("Enter");
        await page.ArriveAsync("/account");

        // Whoever is signed in is not asked again.
        await page.GoToAsync("/sign-in");
        await page.ArriveAsync("/account");

        await page.GoToAsync("/sign-out");
        await page.SeeAsync(email);
        await page.AssertAccessibleAsync();
        await page.PressAsync("Sign out");
        await page.SeeHeadingAsync("You are signed out");
        await page.GoToAsync("/sign-out");
        await page.SeeHeadingAsync("You are signed out");
        await page.GoToAsync("/sign-in");
        await page.SeeHeadingAsync("Sign in");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Who_is_signed_in_confirms_the_address_without_a_password_and_only_the_own_one()
    {
        var (email, other) = (ApiMoves.NewEmail(), ApiMoves.NewEmail());
        foreach (var address in new[] { email, other })
            await browser.Api.CreateClient().RegisterAsync(address);

        var page = await browser.OpenAsync();
        await page.SignInAsync(email);

        await page.GoToAsync(await browser.Api.ReadLinkAsync(other, MailTemplate.VerifyEmail));
        await page.PressAsync("Confirm the address");
        await page.FillAsync("Password", ApiMoves.Password);
        await page.PressAsync("Confirm the address");
        await page.SeeHeadingAsync("Your address is confirmed");
        await page.GoToAsync(await browser.Api.ReadLinkAsync(email, MailTemplate.VerifyEmail));
        await page.RunAsync("await page.getByLabel('Password', { exact: true }).waitFor({ state: 'hidden' })");
        await page.PressAsync("Confirm the address");
        await page.SeeHeadingAsync("Your address is confirmed");
        await page.CloseAsync();
    }

    [Fact]
    public async Task An_unknown_address_is_answered_like_a_wrong_password()
    {
        var (_, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var said = new List<string>();
        foreach (var address in new[] { email, ApiMoves.NewEmail() })
        {
            var page = await browser.OpenAsync();
            await page.GoToAsync("/sign-in");
            await page.FillAsync("E-mail address", address);
            await page.FillAsync("Password", "not the password");
            await page.PressAsync("Sign in");
            await page.SeeAsync("The e-mail address or the password is wrong.");
            said.Add(await page.ReadTextAsync());
            await page.CloseAsync();
        }

        Assert.Equal(said[0], said[1]);
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_and_a_recovery_code_takes_its_place()
    {
        var user = await browser.Api.StartAccountWithTotpAsync();
        foreach (var (locale, signIn) in new[] { ("en-US", "Sign in"), ("de-DE", "Anmelden") })
        {
            var isGerman = locale == "de-DE";
            var page = await browser.OpenAsync(isGerman ? "dark" : "light", locale, isGerman ? 320 : 1100);
            await page.GoToAsync("/sign-in");
            await page.FillAsync(isGerman ? "E-Mail-Adresse" : "E-mail address", user.Email);
            await page.FillAsync(isGerman ? "Passwort" : "Password", ApiMoves.Password);
            await page.PressAsync(signIn);
            await page.SeeHeadingAsync(isGerman ? "Zweiter Schritt" : "Second step");
            await page.AssertAccessibleAsync();
            await page.AssertFitsAsync();
            await page.ShootAsync($"second-factor-{locale}");
            await page.FillAsync(isGerman ? "6-stelliger Code" : "6-digit code", "000000");
            await page.PressAsync(signIn);
            await page.SeeAsync(isGerman ? "Der Code ist falsch." : "The code is wrong.");

            if (isGerman)
            {
                await page.PressAsync("Wiederherstellungscode verwenden");
                await page.FillAsync("Wiederherstellungscode", user.RecoveryCodes[0]);
            }
            else
            {
                await page.FillAsync("6-digit code", user.Authenticator.CodeAt(0));
            }

            await page.PressAsync(signIn);
            await page.ArriveAsync("/account");
            await page.CloseAsync();
        }
    }

    [Fact]
    public async Task A_passkey_signs_in_alone_and_is_offered_in_the_field_of_the_address()
    {
        var (_, _, tokens) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAsync();
        await page.AddAuthenticatorAsync();
        await page.GoToAsync("/register");
        await page.AddPasskeyAsync(tokens);

        // The browser offers it in the field, and the authenticator always finds its user willing.
        await page.GoToAsync("/sign-in");
        await page.ArriveAsync("/account");
        await page.GoToAsync("/sign-out");
        await page.PressAsync("Sign out");
        await page.SeeHeadingAsync("You are signed out");

        // A browser that offers nothing in the field has the button.
        await page.RunAsync(
            "await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = async () => false })");
        await page.GoToAsync("/sign-in");
        await page.PressAsync("Sign in with a passkey");
        await page.ArriveAsync("/account");
        await page.CloseAsync();
    }
}
