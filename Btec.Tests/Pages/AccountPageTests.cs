using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Pages;

/// <summary>The tasks of people on the page of their account.</summary>
public sealed class AccountPageTests(AccountBrowser browser) : IClassFixture<AccountBrowser>
{
    [Fact]
    public async Task A_person_signs_in_changes_the_name_and_is_signed_in_after_a_reload()
    {
        var (id, email) = await browser.RegisterAsync("Ada");
        var page = await browser.SignInAsync(email);
        Assert.Equal($"{browser.Origin}/account", await page.ReadUrlAsync());

        await page.PressAsync("Change: Name");
        await page.FillAsync("Your full name (optional)", "Ada\u202ELovelace");
        await page.PressAsync("Save");
        await page.SeeAsync("Must not contain control, format or separator characters.");
        await page.FillAsync("Your full name (optional)", " Ada Lovelace ");
        await page.PressAsync("Save");
        await page.SeeAsync("Your name has been changed.");
        await page.GoToAsync("/account");

        await page.SeeHeadingAsync("Ada Lovelace");
        Assert.Equal("Ada Lovelace", (await FindAsync(id))!.FullName);
        // No token is kept where a script could find it after the page has gone.
        var kept = await page.RunAsync("return page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])");
        Assert.Equal("[0,0,\"\"]", kept.GetRawText());
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_link_to_a_section_leads_there_through_the_sign_in_page()
    {
        var (_, email) = await browser.RegisterAsync();
        var page = await browser.OpenAsync();
        await page.GoToAsync("/account#passkeys");
        await AccountBrowser.EnterPasswordAsync(page, email);
        await page.SeeHeadingAsync("Passkeys");

        Assert.Equal($"{browser.Origin}/account#passkeys", await page.ReadUrlAsync());
        await page.SeeFocusAsync("passkeys-title");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_code_that_this_window_did_not_ask_for_counts_for_nothing()
    {
        var page = await browser.OpenAsync();

        await page.GoToAsync("/account?code=stolen&state=stolen");

        await page.ArriveAsync("/sign-in");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_password_is_changed_and_a_link_to_a_new_address_mailed()
    {
        var (id, email) = await browser.RegisterAsync();
        var other = ApiMoves.NewEmail();
        var page = await browser.SignInAsync(email);

        await page.PressAsync("Change: E-mail address");
        await page.FillAsync("New e-mail address", other);
        await page.FillAsync("Your password", "not the password");
        await page.PressAsync("Send the link");
        await page.SeeAsync("The password is wrong.");
        await page.FillAsync("Your password", ApiMoves.Password);
        await page.PressAsync("Send the link");
        await page.SeeAsync($"A link is on its way to {other}. Your address changes when you follow it.");
        Assert.NotEmpty(await browser.Api.ReadLinkAsync(other, MailTemplate.ConfirmNewEmail));
        await page.PressAsync("Change: Password");
        await page.FillAsync("Current password", ApiMoves.Password);
        await page.FillAsync("New password", email);
        await page.PressAsync("Change password");
        await page.SeeAsync("The password must not be based on your e-mail address.");
        await page.FillAsync("New password", AccountMoves.OtherPassword);
        await page.PressAsync("Change password");
        await page.SeeAsync("Your password has been changed.");

        Assert.NotEmpty(await browser.Api.CreateClient().LoginAsync((await FindAsync(id))!.Email, AccountMoves.OtherPassword));
        await page.CloseAsync();
    }

    [Fact]
    public async Task An_unconfirmed_address_is_said_and_its_link_mailed_again()
    {
        var email = ApiMoves.NewEmail();
        await browser.Api.CreateClient().RegisterAsync(email);
        var page = await browser.SignInAsync(email);
        await page.SeeAsync("Not confirmed");
        await page.PressAsync("Add an authenticator");
        await page.PressAsync("Continue");
        await page.SeeAsync("Confirm your e-mail address first.");

        await page.PressAsync("Send the link again");

        await page.SeeAsync($"A link is on its way to {email}.");
        Assert.Equal(2, (await browser.Api.ReadTokensAsync(email, MailTemplate.VerifyEmail)).Count);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended()
    {
        var (_, email) = await browser.RegisterAsync();
        var client = browser.Api.CreateClient();
        const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";
        var phone = await client.StartSessionAsync(email, Phone);
        var script = await client.StartSessionAsync(email, "a script of ours");
        var page = await browser.SignInAsync(email);
        await page.SeeAsync("This device");
        await page.SeeAsync("Safari on iPhone");

        await page.PressAsync("Sign out: Safari on iPhone");
        await page.SeeHeadingAsync("Sign out Safari on iPhone?");
        await page.PressAsync("Cancel");
        await client.AssertAliveAsync(phone);
        await page.PressAsync("Sign out: Safari on iPhone");
        await page.RunAsync("await page.locator('dialog').getByRole('button', { name: 'Sign out', exact: true }).click()");
        await page.SeeAsync("Safari on iPhone has been signed out.");
        await client.AssertEndedAsync(phone);
        await page.PressAsync("Sign out everywhere else");
        await page.RunAsync("await page.locator('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click()");
        await page.SeeAsync("Every other device has been signed out.");

        await client.AssertEndedAsync(script);
        await page.SeeCountAsync("#sessions .item", 1);
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_access_of_an_application_is_shown_and_removed()
    {
        var (id, email) = await browser.RegisterAsync();
        await browser.GrantAsync(id);
        var page = await browser.SignInAsync(email);
        await page.SeeAsync("Recognize you when you come back · See your e-mail address");

        await page.PressAsync("Remove access: Notes");
        await page.RunAsync("await page.locator('dialog').getByRole('button', { name: 'Remove access' }).click()");
        await page.SeeAsync("Notes no longer has access.");

        await page.SeeAsync("You have not given access to any application.");
        Assert.False(await browser.Api.WithDatabaseAsync(database => database.ClientGrants.AnyAsync(grant => grant.UserId == id)));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Signing_out_ends_the_session_of_the_browser()
    {
        var (id, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);

        await page.PressAsync("Sign out");
        await page.ArriveAsync("/");
        await page.GoToAsync("/account");

        await page.ArriveAsync("/sign-in");
        Assert.False(await browser.Api.WithDatabaseAsync(database =>
            database.Sessions.AnyAsync(session => session.UserId == id && session.RevokedAt == null)));
        await page.CloseAsync();
    }

    [Fact]
    public async Task Deleting_the_account_asks_for_its_address_and_password()
    {
        var (id, email) = await browser.RegisterAsync();
        var page = await browser.SignInAsync(email);
        await page.PressAsync("Delete account …");
        var address = $"Type your e-mail address: {email}";
        await page.FillAsync(address, "somebody@example.com");
        await page.FillAsync("Your password", ApiMoves.Password);
        await page.PressAsync("Delete my account for good");
        await page.SeeAsync("This is not your e-mail address.");
        await page.FillAsync(address, email.ToUpperInvariant());
        await page.FillAsync("Your password", "not the password");
        await page.PressAsync("Delete my account for good");
        await page.SeeAsync("The password is wrong.");
        Assert.NotNull(await FindAsync(id));

        await page.FillAsync("Your password", ApiMoves.Password);
        await page.PressAsync("Delete my account for good");
        await page.ArriveAsync("/");

        Assert.Null(await FindAsync(id));
        await page.CloseAsync();
    }

    private Task<User?> FindAsync(int id) =>
        browser.Api.WithDatabaseAsync(database => database.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id));
}
