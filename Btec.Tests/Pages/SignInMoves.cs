using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>Signing in on the page for it.</summary>
internal static class SignInMoves
{
    /// <summary>Signs in with a password, and waits for the account page.</summary>
    public static async Task SignInAsync(this BrowserPage page, string email, string password = ApiMoves.Password)
    {
        await page.GoToAsync("/sign-in");
        await page.FillAsync("E-mail address", email);
        await page.FillAsync("Password", password);
        await page.PressAsync("Sign in");
        await page.ArriveAsync("/account");
    }
}
