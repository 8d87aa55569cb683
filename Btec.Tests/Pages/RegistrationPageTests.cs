using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Pages;

/// <summary>Registering in a browser with <c>Registration:Mode</c> open.</summary>
public sealed class RegistrationPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    [Fact]
    public async Task A_person_registers_by_keyboard_alone_and_confirms_the_address()
    {
        var email = ApiMoves.NewEmail();
        var page = await browser.OpenAsync();
        await page.GoToAsync("/register");

        // The link that skips to the content, the name of the site, then the form.
        await page.TypeKeysAsync("Tab", "Tab", "Tab");
        await page.TypeAsync("Ada <b>Lovelace</b>");
        await page.TypeKeysAsync("Tab");
        await page.TypeAsync(email);
        await page.TypeKeysAsync("Tab");
        await page.TypeAsync(ApiMoves.Password);
        await page.TypeKeysAsync("Enter");

        await page.SeeHeadingAsync("Your account is ready");
        await page.SeeFocusAsync("Your account is ready");
        Assert.Contains(email, await page.ReadTextAsync(), StringComparison.Ordinal);
        await page.AssertAccessibleAsync();
        await page.ShootAsync("registered");

        var link = await browser.Api.ReadLinkAsync(email, MailTemplate.VerifyEmail);
        Assert.StartsWith($"{browser.Origin}/verify-email#token=", link, StringComparison.Ordinal);
        await page.GoToAsync(link);
        Assert.Equal($"{browser.Origin}/verify-email", await page.ReadUrlAsync());
        await page.PressAsync("Confirm the address");
        await page.SeeAsync("Please fill in this field.");
        await page.FillAsync("Password", "not the password");
        await page.PressAsync("Confirm the address");
        await page.SeeAsync("The password is wrong.");
        await page.SeeFocusAsync("password");
        await page.AssertAccessibleAsync();
        await page.FillAsync("Password", ApiMoves.Password);
        await page.TypeKeysAsync("Enter");
        await page.SeeHeadingAsync("Your address is confirmed");

        var user = await browser.Api.WithDatabaseAsync(database => database.Users.SingleAsync(user => user.Email == email));
        Assert.NotNull(user.EmailVerifiedAt);
        Assert.Equal("Ada <b>Lovelace</b>", user.FullName);

        await page.GoToAsync(link);
        await page.FillAsync("Password", ApiMoves.Password);
        await page.PressAsync("Confirm the address");
        await page.SeeHeadingAsync("This link does not work");
        await page.CloseAsync();
    }

    [Fact]
    public async Task What_is_wrong_is_said_next_to_the_field_in_the_language_of_the_page()
    {
        var email = ApiMoves.NewEmail();
        await browser.Api.CreateClient().RegisterAsync(email);
        var page = await browser.OpenAsync("dark", "de-DE", width: 320);
        await page.GoToAsync("/register");

        await page.FillAsync("E-Mail-Adresse", "niemand");
        await page.FillAsync("Passwort", "passwort");
        await page.PressAsync("Konto erstellen");
        await page.SeeAsync("Geben Sie eine Adresse wie name@example.com ein.");
        await page.SeeFocusAsync("email");

        await page.FillAsync("E-Mail-Adresse", email);
        await page.PressAsync("Konto erstellen");
        await page.SeeAsync("Dieses Passwort ist zu verbreitet. Wählen Sie ein anderes.");
        await page.SeeFocusAsync("password");
        var described = await page.RunAsync(
            "return page.locator('#password').evaluate(field => field.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).textContent))");
        Assert.Contains("Dieses Passwort ist zu verbreitet. Wählen Sie ein anderes.", described.EnumerateArray().Select(text => text.GetString()), StringComparer.Ordinal);
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
        await page.ShootAsync("refused");

        await page.FillAsync("Passwort", ApiMoves.Password);
        await page.PressAsync("Konto erstellen");
        await page.SeeAsync("Zu dieser Adresse gibt es schon ein Konto.");
        await page.CloseAsync();
    }

    [Fact]
    [Asvs("6.2.6")]
    public async Task A_password_is_hidden_and_can_be_shown()
    {
        var page = await browser.OpenAsync();
        await page.GoToAsync("/register");

        await page.FillAsync("Password", "correct horse");

        Assert.Equal("password", (await page.RunAsync("return page.locator('#password').getAttribute('type')")).GetString());
        await page.PressAsync("Show the password");
        Assert.Equal("text", (await page.RunAsync("return page.locator('#password').getAttribute('type')")).GetString());
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_change_of_address_needs_the_press_of_a_button()
    {
        var (_, _, tokens) = await browser.Api.CreateClient().StartAccountAsync();
        var other = ApiMoves.NewEmail();
        await browser.Api.CreateClient().ChangeEmailAsync(tokens, other);
        var page = await browser.OpenAsync();
        await page.GoToAsync(await browser.Api.ReadLinkAsync(other, MailTemplate.ConfirmNewEmail));

        Assert.False(await browser.Api.WithDatabaseAsync(database => database.Users.AnyAsync(user => user.Email == other)));
        await page.PressAsync("Confirm the new address");

        await page.SeeHeadingAsync("Your address has changed");
        using var login = await browser.Api.CreateClient().PostFormAsync("/api/auth/login", ("username", other), ("password", ApiMoves.Password));
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        await page.CloseAsync();
    }
}
