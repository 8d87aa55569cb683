using Btec.Tests.Infrastructure;

namespace Btec.Tests.Pages;

/// <summary>Applications that let their users sign in and ask for access to the account.</summary>
public sealed class ConsentPageTests(ClientPages browser) : IClassFixture<ClientPages>
{
    [Fact]
    public async Task A_person_signs_in_for_an_application_and_allows_it_once()
    {
        var (_, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAsync();

        await page.GoToAsync(browser.Authorize(ClientPages.Foreign, $"&login_hint={email}"));
        await page.ArriveAsync("/sign-in");
        await page.SeeAsync($"Sign in to go on to {ClientPages.Name}.");
        await page.ShootAsync("sign-in-for-application");
        // The address is the hint of the application.
        await page.FillAsync("Password", ApiMoves.Password);
        await page.PressAsync("Sign in");

        await page.ArriveAsync("/consent");
        await page.SeeHeadingAsync($"Allow {ClientPages.Name} to access your account?");
        foreach (var said in new[] { email, "See your e-mail address", ClientPages.ScopeDescription })
            await page.SeeAsync(said);

        await page.AssertAccessibleAsync();
        await page.ShootAsync("consent");
        await page.PressAsync("Allow");
        await page.ArriveAsync(ClientPages.Callback);
        var url = await page.ReadUrlAsync();
        Assert.Contains("code=", url, StringComparison.Ordinal);
        Assert.Contains("state=the-state", url, StringComparison.Ordinal);

        // The next time nobody is asked.
        await page.GoToAsync(browser.Authorize(ClientPages.Foreign));
        await page.ArriveAsync(ClientPages.Callback);
        Assert.Contains("code=", await page.ReadUrlAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_person_who_does_not_allow_it_goes_back_without_a_code()
    {
        var (_, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAsync("dark", "de-DE", width: 320);
        await page.GoToAsync(browser.Authorize(ClientPages.Foreign));
        await page.FillAsync("E-Mail-Adresse", email);
        await page.FillAsync("Passwort", ApiMoves.Password);
        await page.PressAsync("Anmelden");
        await page.SeeHeadingAsync($"Darf {ClientPages.Name} auf Ihr Konto zugreifen?");
        await page.SeeAsync("Ihre E-Mail-Adresse zu sehen");
        await page.AssertAccessibleAsync();
        await page.AssertFitsAsync();
        await page.ShootAsync("consent-dark-320");

        await page.PressAsync("Ablehnen");

        await page.ArriveAsync(ClientPages.Callback);
        var url = await page.ReadUrlAsync();
        Assert.Contains("error=access_denied", url, StringComparison.Ordinal);
        Assert.DoesNotContain("code=", url, StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task An_application_of_the_house_is_not_asked_about()
    {
        var (_, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAsync();
        await page.GoToAsync(browser.Authorize(ClientPages.Own));
        await page.FillAsync("E-mail address", email);
        await page.FillAsync("Password", ApiMoves.Password);
        await page.PressAsync("Sign in");

        await page.ArriveAsync(ClientPages.Callback);
        Assert.Contains("code=", await page.ReadUrlAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Who_signs_in_less_strongly_than_an_application_expects_tries_again_or_goes_back()
    {
        var (_, email, _) = await browser.Api.StartConfirmedAccountAsync();
        var page = await browser.OpenAsync();
        await page.GoToAsync(browser.Authorize(ClientPages.Own, "&acr_values=phr"));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await page.FillAsync("E-mail address", email);
            await page.FillAsync("Password", ApiMoves.Password);
            await page.PressAsync("Sign in");
            await page.SeeHeadingAsync("Not the sign-in that was expected");
            await page.AssertAccessibleAsync();
            if (attempt == 0)
                await page.PressAsync("Sign in differently");
        }

        await page.ShootAsync("sign-in-unmet");
        await page.PressAsync("Back to the application");

        await page.ArriveAsync(ClientPages.Callback);
        Assert.Contains("error=unmet_authentication_requirements", await page.ReadUrlAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Theory]
    [InlineData("/sign-in?request=unknown")]
    [InlineData("/consent?request=unknown")]
    [InlineData("/consent")]
    public async Task A_request_that_is_not_there_leads_nowhere(string path)
    {
        var page = await browser.OpenAsync();

        await page.GoToAsync(path);

        await page.SeeHeadingAsync("This request has expired");
        await page.AssertAccessibleAsync();
        await page.CloseAsync();
    }

    [Theory]
    [InlineData("client_id=nobody")]
    [InlineData("client_id=shop&redirect_uri=https%3A%2F%2Fevil.example%2F")]
    public async Task What_is_wrong_with_an_application_is_said_on_a_page_of_this_host(string query)
    {
        var page = await browser.OpenAsync();

        await page.GoToAsync($"/oauth/authorize?response_type=code&{query}");

        await page.SeeHeadingAsync("This link does not work");
        await page.AssertAccessibleAsync();
        await page.ShootAsync("error");
        await page.CloseAsync();
    }
}

/// <summary>Pages of a system with two applications.</summary>
public sealed class ClientPages : PageBrowser
{
    public const string Foreign = "shop";
    public const string Own = "intranet";
    public const string Name = "Shop <img src=x onerror=alert(1)> & “Söhne”";
    public const string ScopeDescription = "Read your reports <script>alert(1)</script>";

    /// <summary>The path that stands in for the application's own: nothing in it but a word.</summary>
    public const string Callback = "/alive";

    protected override IEnumerable<(string Name, string? Value)> Settings =>
    [
        ("OAuth:Clients:0:Id", Foreign), ("OAuth:Clients:0:Name", Name), ("OAuth:Clients:0:RedirectUris:0", Origin + Callback),
        // With a secret, the consent is remembered at this address, too.
        ("OAuth:Clients:0:Secret", "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols"),
        ("OAuth:Clients:0:Scopes", "openid email reports"), ("OAuth:Clients:0:GrantTypes", "authorization_code"),
        ("OAuth:Clients:1:Id", Own), ("OAuth:Clients:1:Name", "Intranet"), ("OAuth:Clients:1:RedirectUris:0", Origin + Callback),
        ("OAuth:Clients:1:Scopes", "openid"), ("OAuth:Clients:1:GrantTypes", "authorization_code"), ("OAuth:Clients:1:FirstParty", "true"),
        ("OAuth:Scopes:0:Name", "reports"), ("OAuth:Scopes:0:Description", ScopeDescription),
    ];

    /// <summary>Returns the authorization request of a client (RFC 7636 appendix B has the challenge).</summary>
    public string Authorize(string client, string more = "") =>
        $"/oauth/authorize?response_type=code&client_id={client}&redirect_uri={Uri.EscapeDataString(Origin + Callback)}"
        + $"&scope={(client == Foreign ? "openid%20email%20reports" : "openid")}&state=the-state"
        + $"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256{more}";
}
