using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>Getting a new password in a browser.</summary>
public sealed class RecoveryPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    [Fact]
    public async Task A_person_who_has_forgotten_the_password_sets_a_new_one()
    {
        var email = ApiMoves.NewEmail();
        await browser.Api.CreateClient().RegisterAsync(email);
        var page = await browser.OpenAsync();
        await page.GoToAsync("/forgot-password");
        await page.FillAsync("E-mail address", email);
        await page.PressAsync("Send the link");
        await page.SeeHeadingAsync("Look into your mailbox");
        await page.ShootAsync("recovery-sent");

        var link = await browser.Api.ReadLinkAsync(email, MailTemplate.ResetPassword);
        await page.GoToAsync(link);
        Assert.Equal($"{browser.Origin}/reset-password", await page.ReadUrlAsync());
        await page.FillAsync("New password", email);
        await page.PressAsync("Set the password");
        await page.SeeAsync("The password must not be based on your e-mail address.");
        await page.FillAsync("New password", AccountMoves.OtherPassword);
        await page.PressAsync("Set the password");
        await page.SeeHeadingAsync("Your password is set");

        Assert.NotEmpty(await browser.Api.CreateClient().LoginAsync(email, AccountMoves.OtherPassword));
        await page.GoToAsync(link);
        await page.FillAsync("New password", AccountMoves.OtherPassword);
        await page.PressAsync("Set the password");
        await page.SeeHeadingAsync("This link does not work");
        await page.AssertAccessibleAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task An_unknown_address_is_told_the_same()
    {
        var known = ApiMoves.NewEmail();
        await browser.Api.CreateClient().RegisterAsync(known);
        var said = new List<string>();
        foreach (var email in new[] { known, ApiMoves.NewEmail() })
        {
            var page = await browser.OpenAsync();
            await page.GoToAsync("/forgot-password");
            await page.FillAsync("E-mail address", email);
            await page.PressAsync("Send the link");
            await page.SeeHeadingAsync("Look into your mailbox");
            said.Add((await page.ReadTextAsync()).Replace(email, "EMAIL", StringComparison.Ordinal));
            await page.CloseAsync();
        }

        Assert.Equal(said[0], said[1]);
    }

    [Fact]
    public async Task An_invitation_leads_to_a_password()
    {
        var email = ApiMoves.NewEmail();
        var admin = await browser.Api.StartSessionOfSuperuserAsync();
        using var created = await browser.Api.CreateClient().SendJsonAsync(HttpMethod.Post, "/api/users", admin.Access, new { email });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var page = await browser.OpenAsync(locale: "de");

        await page.GoToAsync(await browser.Api.ReadLinkAsync(email, MailTemplate.Invitation));
        await page.FillAsync("Neues Passwort", ApiMoves.Password);
        await page.PressAsync("Passwort festlegen");
        await page.SeeHeadingAsync("Ihr Passwort ist festgelegt");

        Assert.NotEmpty(await browser.Api.CreateClient().LoginAsync(email));
        await page.CloseAsync();
    }
}
