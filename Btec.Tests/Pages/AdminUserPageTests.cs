using System.Globalization;
using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Pages;

/// <summary>The users as an administrator sees and changes them in a browser.</summary>
public sealed class AdminUserPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    [Fact]
    public async Task Users_are_searched_filtered_and_paged_and_each_state_has_a_link()
    {
        var mark = $"mark{Guid.CreateVersion7():N}"[..20];
        for (var user = 0; user < 27; user++)
            await browser.Api.CreateClient().RegisterAsync(string.Create(CultureInfo.InvariantCulture, $"{mark}.{user:00}@example.com"));

        await browser.Api.ActivateAsync($"{mark}.03@example.com", active: false);
        var page = await browser.OpenAdminAsync("users");

        await page.FillAsync("Search", mark);
        await page.RunAsync("await page.waitForURL(url => url.hash.includes(`q=${values.mark}`))", new { mark });
        await page.SettleAsync();
        await page.SeeAsync($"{mark}.26@example.com");
        await page.SeeCountAsync("tbody tr", 25);
        await page.FollowAsync("Next page");
        await page.SeeAsync($"{mark}.00@example.com");
        await page.SeeCountAsync("tbody tr", 2);
        await page.RunAsync("await page.goBack()");
        await page.SeeAsync($"{mark}.26@example.com");
        await page.RunAsync("await page.locator('#state').selectOption('false')");
        await page.SeeAsync($"{mark}.03@example.com");
        await page.SettleAsync();
        await page.SeeCountAsync("tbody tr", 1);
        Assert.EndsWith($"/admin#/users?q={mark}&is_active=false", await page.ReadUrlAsync(), StringComparison.Ordinal);

        await page.RunAsync("await page.reload()");
        await page.SeeAsync($"{mark}.03@example.com");
        await page.SettleAsync();
        await page.SeeCountAsync("tbody tr", 1);
        await page.FollowAsync($"{mark}.03@example.com");
        await page.SeeAsync("This user cannot sign in.");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_user_is_invited_and_what_is_wrong_is_said_next_to_the_field()
    {
        var email = ApiMoves.NewEmail();
        var page = await browser.OpenAdminAsync("users");
        await page.PressAsync("New user");
        await page.PressInDialogAsync("Create");
        await page.SeeAsync("Please fill in this field.");
        await page.RunAsync("await page.getByLabel('E-mail address').fill('not an address')");
        await page.RunAsync("await page.getByRole('dialog').locator('[name=password]').fill('short')");
        await page.PressInDialogAsync("Create");
        await page.AssertAccessibleAsync();

        await page.RunAsync(
            """
            await page.getByLabel('E-mail address').fill(values.email)
            await page.getByLabel('Name').fill('Grace Hopper')
            await page.getByRole('dialog').locator('[name=password]').fill('')
            """,
            new { email });
        await page.PressInDialogAsync("Create");

        await page.SeeHeadingAsync("Grace Hopper");
        await page.SeeNoDialogAsync();
        Assert.Single(await browser.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.Invitation);
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_roles_of_a_user_are_shown_and_changed_and_a_wrong_name_is_said_next_to_the_field()
    {
        var (id, _, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAdminAsync(AdminMoves.UserView(id));
        await page.PressAsync("Change roles");
        await page.RunAsync("await page.getByRole('dialog').locator('[name=roles]').fill('Editor')");
        await page.PressInDialogAsync("Save");
        await page.SeeAsync("Number 1: Use 1 to 64 characters of a-z, 0-9, _, ., : and -.");
        await page.RunAsync("await page.getByRole('dialog').locator('[name=roles]').fill('editor\\norders:read')");
        await page.PressInDialogAsync("Save");

        await page.SeeNoDialogAsync();
        await page.SeeAsync("orders:read");
        await page.AssertAccessibleAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task Deactivating_a_user_ends_the_session_and_activating_lets_them_in_again()
    {
        var (id, email, tokens) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAdminAsync(AdminMoves.UserView(id));

        await page.PressAsync("Deactivate");
        await page.SeeHeadingAsync($"Deactivate {email}?");
        await page.AssertAccessibleAsync();
        await page.PressInDialogAsync("Cancel");
        await page.SeeNoDialogAsync();
        using var before = await browser.Api.CreateClient().GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await page.PressAsync("Deactivate");
        await page.PressInDialogAsync("Deactivate");
        await page.SeeAsync("This user cannot sign in.");

        using var after = await browser.Api.CreateClient().GetMeAsync(tokens.Access);
        await after.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        await page.PressAsync("Activate");
        await page.PressInDialogAsync("Activate");
        await page.SeeAsync("This user can sign in.");
        await browser.Api.CreateClient().StartSessionAsync(email);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Making_an_administrator_asks_who_it_is_if_that_was_proved_long_ago()
    {
        var (id, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAdminAsync(AdminMoves.UserView(id));
        browser.Api.Clock.Advance(TimeSpan.FromMinutes(6));

        await page.PressAsync("Make administrator");
        await page.PressInDialogAsync("Make administrator");
        await page.SeeHeadingAsync("Confirm that it is you");
        await page.AssertAccessibleAsync();
        await page.RunAsync("await page.getByRole('dialog').last().locator('[name=password]').fill(values.password)", new { password = ApiMoves.Password });
        await page.TypeKeysAsync("Enter");

        await page.SeeNoDialogAsync();
        await page.SeeAsync("Remove administrator rights");
        Assert.True((await ReadUserAsync(email)).IsSuperuser);
        await page.PressAsync("Remove administrator rights");
        await page.PressInDialogAsync("Remove administrator rights");
        await page.SeeNoDialogAsync();
        Assert.False((await ReadUserAsync(email)).IsSuperuser);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Name_and_address_are_changed()
    {
        var (id, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var taken = (await browser.Api.StartConfirmedAccountAsync()).Email;
        var other = ApiMoves.NewEmail();
        var page = await browser.OpenAdminAsync(AdminMoves.UserView(id));

        await page.PressAsync("Change name");
        await page.RunAsync("await page.getByRole('dialog').getByLabel('Name').fill('Ada Lovelace')");
        await page.PressInDialogAsync("Save");
        await page.SeeHeadingAsync("Ada Lovelace");
        await page.PressAsync("Set e-mail address");
        await page.RunAsync("await page.getByRole('dialog').getByLabel('New e-mail address').fill(values.taken)", new { taken });
        await page.PressInDialogAsync("Save");
        await page.SeeAsync("An account with this address exists already.");
        await page.RunAsync("await page.getByRole('dialog').getByLabel('New e-mail address').fill(values.other)", new { other });
        await page.PressInDialogAsync("Save");
        await page.SeeNoDialogAsync();
        await page.SeeAsync(other);

        Assert.Single(await browser.Api.ReadMailsAsync(email), mail => mail.Template == MailTemplate.EmailChanged);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Factors_are_removed_and_sessions_ended()
    {
        var user = await browser.Api.StartAccountWithTotpAsync();
        var page = await browser.OpenAdminAsync(AdminMoves.UserView(user.Id));
        await page.SeeAsync("Authenticator app");
        await page.SeeAsync("Recovery codes left: 10");

        await page.PressAsync("End all sessions");
        await page.PressInDialogAsync("End all sessions");
        await page.SeeAsync("This user is signed in nowhere.");
        await page.PressAsync("Remove all factors");
        await page.PressInDialogAsync("Remove all factors");
        await page.SeeAsync("Please fill in this field.");
        await page.RunAsync("await page.getByRole('dialog').locator('input').fill(values.email)", new { email = user.Email });
        await page.PressInDialogAsync("Remove all factors");
        await page.SeeAsync("This user has no second factor.");

        using var me = await browser.Api.CreateClient().GetMeAsync(user.Tokens.Access);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        Assert.Equal((0, false), await browser.Api.CountFactorsAsync(user.Id));
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_user_is_deleted_by_typing_the_address()
    {
        var (id, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAdminAsync(AdminMoves.UserView(id));

        await page.PressAsync("Delete");
        await page.SeeHeadingAsync($"Delete {email}?");
        await page.RunAsync("await page.getByRole('dialog').locator('input').fill('somebody@example.com')");
        await page.PressInDialogAsync("Delete");
        await page.SeeAsync("This is not what is asked for.");
        await page.AssertAccessibleAsync();
        await page.ShootAsync("admin-delete");
        await page.RunAsync("await page.getByRole('dialog').locator('input').fill(values.email)", new { email });
        await page.PressInDialogAsync("Delete");
        await page.SeeHeadingAsync("Users");

        await page.GoToViewAsync(AdminMoves.UserView(id));
        await page.SeeAsync("This does not exist (any more).");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Ones_own_account_is_changed_elsewhere()
    {
        var email = await browser.Api.AddSuperuserAsync();
        var page = await browser.OpenAsync();
        await page.SignInToAdminAsync(email, AdminMoves.UserView((await ReadUserAsync(email)).Id));

        await page.SeeAsync("This is your own account.");

        Assert.DoesNotContain("Deactivate", await page.ReadMainAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("Delete this user", await page.ReadMainAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    private Task<User> ReadUserAsync(string email) => browser.Api.WithDatabaseAsync(database =>
        database.Users.SingleAsync(user => user.Email == email));
}
