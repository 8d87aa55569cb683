using System.Net;
using Btec.Tests.Clients;
using Btec.Tests.Infrastructure;
using Btec.Tests.Pages;
using Btec.Tests.StepUp;

namespace Btec.Tests.Samples;

/// <summary>Somebody else's application: samples/Shop on packages of this commit, with the backend as .NET tools on SQLite.</summary>
[Collection(PackedTests.Name)]
public sealed class ShopTests(SharedFeed shared)
{
    private const string Ada = "ada@example.com";
    private const string Password = "sesame, open the door";

    /// <summary>Long enough for the requests that need a fresh proof, and short enough to wait for.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task The_Shop_has_roles_and_step_up_and_its_tokens_survive_a_restart_and_a_rotation_and_end_with_the_session()
    {
        if (OperatingSystem.IsWindows())
            TestDatabase.SkipOrFail("signals: Windows has none to stop the AppHost with");

        await using var shop = await RunningShop.BuildAsync(await shared.GetAsync(), MaxAge);
        await shop.StartAsync();

        // 401, 403, 200 and the challenge of RFC 9470.
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(shop, HttpMethod.Get, null));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(shop, HttpMethod.Post, await shop.Auth.LoginAsync("bob@example.com", Password)));
        var ada = await shop.Auth.LoginAsync(Ada, Password);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Delete, ada));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Post, ada));
        await Eventually.IsTrueAsync(
            async () => await SendAsync(shop, HttpMethod.Delete, ada) == HttpStatusCode.Unauthorized, "the proof of identity is too old");
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Get, ada));
        Assert.Equal(
            HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Delete, await shop.Auth.StepUpAsync(ada, new { password = Password })));

        await shop.StopAsync();
        await shop.RotateKeysAsync();
        await shop.StartAsync();

        Assert.True((await shop.Auth.GetKeysAsync()).Count >= 2);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(shop, HttpMethod.Get, ada));
        using var logout = await shop.Auth.SendAsync(HttpMethod.Post, "/api/auth/logout", ada);
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        await Eventually.IsTrueAsync(
            async () => await SendAsync(shop, HttpMethod.Get, ada) == HttpStatusCode.Unauthorized, "the token of the ended session is refused");

        // Last, because it is skipped where there is no browser.
        await SignInOnThePageAsync(shop);
    }

    /// <summary>Signs in by the authorization code flow, as a person does, and sees the orders.</summary>
    private static async Task SignInOnThePageAsync(RunningShop shop)
    {
        if (await NodePackages.FindReasonAgainstAsync() is { } reason)
            TestDatabase.SkipOrFail(reason);

        await using var chromium = await NodeProgram.StartAsync("browser.mjs", InstalledChromium.Find(), shop.Web.GetLeftPart(UriPartial.Authority));
        var page = new BrowserPage(chromium, "shop");
        await page.AskAsync("open", new { scheme = "light", locale = "en-US", width = 1100, height = 800 });
        await page.GoToAsync("/");
        await page.PressAsync("Sign in");
        await page.ArriveAsync("/sign-in");
        await page.FillAsync("E-mail address", Ada);
        await page.FillAsync("Password", Password);
        await page.PressAsync("Sign in");
        await page.ArriveAsync("/consent");
        await page.PressAsync("Allow");
        await page.ArriveAsync("/callback.html");
        await page.SeeAsync("\"orders\":[\"tea\"]");
    }

    private static async Task<HttpStatusCode> SendAsync(RunningShop shop, HttpMethod method, string? token)
    {
        using var request = new HttpRequestMessage(method, method == HttpMethod.Post ? "/orders?name=coffee" : "/orders");
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);

        using var response = await shop.Orders.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
