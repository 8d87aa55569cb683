using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>Registering in a browser with the other values of <c>Registration:Mode</c>.</summary>
public abstract class RegistrationModePageTests
{
    public sealed class Verified(VerifiedPages browser) : IClassFixture<VerifiedPages>
    {
        [Fact]
        public async Task The_mailed_link_creates_the_account()
        {
            var email = ApiMoves.NewEmail();
            var page = await browser.OpenAsync();
            await page.GoToAsync("/register");
            await page.FillAsync("E-mail address", email);
            await page.FillAsync("Password", ApiMoves.Password);
            await page.PressAsync("Create the account");
            await page.SeeHeadingAsync("Look into your mailbox");
            await page.ShootAsync("registration-pending");

            await page.GoToAsync(await browser.Api.ReadLinkAsync(email, MailTemplate.ConfirmRegistration));
            await page.FillAsync("Password", ApiMoves.Password);
            await page.PressAsync("Finish");
            await page.SeeHeadingAsync("Welcome to BTEC");

            Assert.NotEmpty(await browser.Api.CreateClient().LoginAsync(email));
            await page.CloseAsync();
        }
    }

    public sealed class Closed(ClosedPages browser) : IClassFixture<ClosedPages>
    {
        [Fact]
        public async Task The_page_says_whom_to_ask_and_no_other_one_leads_to_it()
        {
            var page = await browser.OpenAsync();
            await page.GoToAsync("/register");
            await page.SeeHeadingAsync("Registration is closed");
            Assert.Equal(0, (await page.RunAsync("return page.getByRole('textbox').filter({ visible: true }).count()")).GetInt32());
            await page.AssertAccessibleAsync();
            foreach (var path in new[] { "/", "/sign-in" })
            {
                await page.GoToAsync(path);
                Assert.DoesNotContain("Create an account", await page.ReadTextAsync(), StringComparison.Ordinal);
            }

            await page.CloseAsync();
        }
    }
}

/// <summary>Pages with <c>Registration:Mode</c> verified.</summary>
public sealed class VerifiedPages : PageBrowser
{
    protected override IEnumerable<(string Name, string? Value)> Settings => [("Registration:Mode", "verified")];
}

/// <summary>Pages with <c>Registration:Mode</c> closed.</summary>
public sealed class ClosedPages : PageBrowser
{
    protected override IEnumerable<(string Name, string? Value)> Settings => [("Registration:Mode", "closed")];
}
