using Btec.Tests.Clients;
using Btec.Tests.ExternalProviders;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>People who sign in at a provider, which is the npm package <c>oidc-provider</c> with its own pages.</summary>
public sealed class ExternalPageTests(ExternalPageTests.ProviderBrowser browser) : IClassFixture<ExternalPageTests.ProviderBrowser>
{
    private const string Button = "Continue with The panva company";

    [Fact]
    public async Task Somebody_new_gets_an_account_and_is_known_the_next_time()
    {
        await browser.StartProviderAsync();
        var person = $"ada-{Guid.CreateVersion7():N}";
        var page = await browser.OpenAsync(otherOrigin: browser.Provider);
        await page.GoToAsync("/account");
        await page.ArriveAsync("/sign-in");
        await page.AssertAccessibleAsync();
        await page.ShootAsync("sign-in-external");

        await SignInAtProviderAsync(page, person);

        await page.ArriveAsync("/account");
        await page.SeeAsync($"{person}@people.example");
        await page.SeeAsync("The panva company");
        await page.AssertAccessibleAsync();
        await page.ShootAsync("account-identities");
        await page.PressAsync("Unlink: The panva company");
        await page.PressInDialogAsync("Unlink");
        await page.SeeAsync("You could not sign in any more.");
        await page.CloseAsync();

        var next = await browser.OpenAsync(otherOrigin: browser.Provider);
        await next.GoToAsync("/account");
        await next.ArriveAsync("/sign-in");
        await SignInAtProviderAsync(next, person);
        await next.ArriveAsync("/account");
        await next.SeeAsync($"{person}@people.example");
        await next.CloseAsync();
    }

    [Fact]
    public async Task An_account_with_the_address_is_linked_by_signing_in_to_it()
    {
        await browser.StartProviderAsync();
        var person = $"bob-{Guid.CreateVersion7():N}";
        await browser.Api.CreateClient().RegisterAsync($"{person}@people.example");
        var page = await browser.OpenAsync(otherOrigin: browser.Provider);
        await page.GoToAsync("/account");
        await page.ArriveAsync("/sign-in");

        await SignInAtProviderAsync(page, person);

        await page.SeeHeadingAsync("You have an account already");
        await page.AssertAccessibleAsync();
        await page.ShootAsync("sign-in-link");
        await page.PressAsync("Sign in to it");
        await page.RunAsync(
            """
            await page.locator('#email').fill(values.email)
            await page.locator('#password').fill(values.password)
            await page.locator('#password-form button[type=submit]').click()
            """,
            new { email = $"{person}@people.example", password = ApiMoves.Password });
        await page.ArriveAsync("/account");
        await page.SeeAsync("Unlink");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Somebody_who_cancels_at_the_provider_is_told()
    {
        await browser.StartProviderAsync();
        var page = await browser.OpenAsync(otherOrigin: browser.Provider);
        await page.GoToAsync("/account");
        await page.ArriveAsync("/sign-in");
        await page.PressAsync(Button);
        await page.RunAsync("await page.getByRole('link', { name: 'Cancel' }).click()");

        await page.ArriveAsync("/sign-in");
        await page.SeeAsync("You canceled the sign-in.");
        await page.CloseAsync();
    }

    private static async Task SignInAtProviderAsync(BrowserPage page, string person)
    {
        await page.PressAsync(Button);
        await page.RunAsync(
            """
            await page.locator('input[name=login]').fill(values.person)
            await page.locator('input[name=password]').fill('anything')
            await page.locator('button[type=submit]').click()
            await page.getByRole('button', { name: 'Continue' }).click()
            """,
            new { person });
    }

    /// <summary>A browser, an API and a provider.</summary>
    public sealed class ProviderBrowser : PageBrowser, IAsyncDisposable
    {
        private readonly int _port = FreePort.Find();
        private NodeProgram? _provider;

        public string Provider => $"http://localhost:{_port}";

        protected override IEnumerable<(string Name, string? Value)> Settings =>
            ExternalSettings.Of("panva", Provider).Where(setting => setting.Key.StartsWith("External:", StringComparison.Ordinal))
                .Select(setting => (setting.Key, setting.Value));

        /// <summary>Starts the provider, if it is not running yet.</summary>
        public async Task StartProviderAsync()
        {
            if (_provider is not null)
                return;

            _provider = await NodeProgram.StartAsync(
                "provider.mjs", "oidc-provider", $"{_port}", $"{Origin}/api/auth/external/panva/callback");
            await _provider.AskAsync(new { });
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            if (_provider is not null)
                await _provider.DisposeAsync();

            await DisposeAsync();
        }
    }
}
