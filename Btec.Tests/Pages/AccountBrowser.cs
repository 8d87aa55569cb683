using Btec.Data.Model;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>Pages of a system with one application, and what people do on the page of their account.</summary>
public sealed class AccountBrowser : PageBrowser
{
    private const string Client = "OAuth:Clients:0";
    private const string ClientId = "notes";

    protected override IEnumerable<(string Name, string? Value)> Settings =>
    [
        ($"{Client}:Id", ClientId), ($"{Client}:Name", "Notes"), ($"{Client}:ClientUri", "https://notes.example.com/"),
        ($"{Client}:RedirectUris:0", "https://notes.example.com/callback"),
    ];

    /// <summary>Registers a user whose address is confirmed.</summary>
    internal async Task<(int Id, string Email)> RegisterAsync(string? fullName = null)
    {
        var email = ApiMoves.NewEmail();
        var id = (await Api.CreateClient().RegisterAsync(email, fullName: fullName)).GetProperty("id").GetInt32();
        await Api.ConfirmEmailAsync(id);
        return (id, email);
    }

    /// <summary>Opens a window, signs in with the password, and shows the account.</summary>
    internal async Task<BrowserPage> SignInAsync(string email, string? userAgent = null)
    {
        var page = await OpenAsync(userAgent: userAgent);
        await page.GoToAsync("/account");
        await EnterPasswordAsync(page, email);
        await page.SeeHeadingAsync("Where you are signed in");
        return page;
    }

    /// <summary>Fills in the sign-in page.</summary>
    internal static async Task EnterPasswordAsync(BrowserPage page, string email)
    {
        await page.ArriveAsync("/sign-in");
        await page.FillAsync("E-mail address", email);
        await page.FillAsync("Password", ApiMoves.Password);
        await page.PressAsync("Sign in");
    }

    /// <summary>Adds an authenticator, and returns it with the recovery codes that the page showed.</summary>
    internal async Task<(TestAuthenticator Authenticator, IReadOnlyList<string> Codes)> AddAuthenticatorAsync(BrowserPage page)
    {
        await page.PressAsync("Add an authenticator");
        await page.PressAsync("Continue");
        await page.SeeAsync("Or enter this key");
        var authenticator = new TestAuthenticator(Guid.Empty, await ReadKeyAsync(page), Api.Clock);
        await page.FillAsync("Code that the app shows", authenticator.CodeAt(-1));
        await page.PressAsync("Confirm");
        await page.SeeHeadingAsync("Your recovery codes");
        var codes = await page.RunAsync("return page.locator('.codes code').allInnerTexts()");
        await page.PressAsync("I have saved them");
        return (authenticator, [.. codes.EnumerateArray().Select(code => code.GetString()!)]);
    }

    internal static async Task<string> ReadKeyAsync(BrowserPage page) =>
        (await page.RunAsync("return page.locator('.key').innerText()")).GetString()!.Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Gives the application access to an account.</summary>
    internal Task<int> GrantAsync(int userId) => Api.WithDatabaseAsync(database =>
    {
        var now = Api.Clock.GetUtcNow();
        database.Add(new ClientGrant
        {
            UserId = userId,
            ClientId = ClientId,
            Scopes = ["openid", "email"],
            CreatedAt = now,
            UpdatedAt = now,
        });
        return database.SaveChangesAsync();
    });
}
