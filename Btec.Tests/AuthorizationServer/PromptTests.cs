using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The age and strength that a client requires of a sign-in, and the prompts that it wants or forbids.</summary>
public sealed class PromptTests(OwnSqliteApi own) : IClassFixture<OwnSqliteApi>
{
    private readonly BtecApi _api = own.Api;

    [Fact]
    public async Task Without_a_signed_in_user_prompt_none_is_login_required_for_every_account()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var email = ApiMoves.NewEmail();
        await _api.CreateClient().RegisterAsync(email);
        using var browser = new TestBrowser(_api);

        using var response = await browser.AuthorizeAsync(clientId, ("prompt", "none"));
        using var known = await browser.AuthorizeAsync(clientId, ("prompt", "none"), ("login_hint", email));
        using var unknown = await browser.AuthorizeAsync(clientId, ("prompt", "none"), ("login_hint", ApiMoves.NewEmail()));

        response.AssertRefused("login_required");
        Assert.Equal(known.Headers.Location, response.Headers.Location);
        Assert.Equal(unknown.Headers.Location, response.Headers.Location);
    }

    [Fact]
    public async Task Prompt_none_tells_a_client_nothing_about_consent_that_it_does_not_have()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;

        using var before = await browser.AuthorizeAsync(clientId, ("prompt", "none"));
        await browser.DecideAsync(await browser.BeginAuthorizationAsync(clientId));
        using var after = await browser.AuthorizeAsync(clientId, ("prompt", "none"));
        using var more = await browser.AuthorizeAsync(clientId, ("prompt", "none"), ("scope", "openid profile"));

        before.AssertRefused("consent_required");
        Assert.Contains("code", after.ReadAnswer().Keys, StringComparer.Ordinal);
        more.AssertRefused("consent_required");
    }

    [Theory]
    [InlineData("login")]
    [InlineData("select_account")]
    [InlineData("login consent")]
    public async Task Prompt_login_is_met_by_a_proof_after_the_request_alone(string prompt)
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        _api.Clock.Advance(TimeSpan.FromSeconds(1));

        var id = await browser.BeginAuthorizationAsync(clientId, ("prompt", prompt));
        Assert.Equal("sign_in", await browser.ReadNeedAsync(id));
        using var early = await browser.TryDecideAsync(id);
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        await browser.SignInAsync(email);
        Assert.Equal("nothing", await browser.ReadNeedAsync(id));
        var answer = await browser.DecideAsync(id);

        await early.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");
        Assert.Contains("code", answer.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Prompt_consent_asks_again()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        await browser.DecideAsync(await browser.BeginAuthorizationAsync(clientId));

        var id = await browser.BeginAuthorizationAsync(clientId, ("prompt", "consent"));

        Assert.Equal("consent", await browser.ReadNeedAsync(id));
        Assert.Contains("code", (await browser.DecideAsync(id)).Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_max_age_is_pinned_to_the_second()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;

        _api.Clock.Advance(TimeSpan.FromSeconds(60));
        using var young = await browser.AuthorizeAsync(clientId, ("max_age", "60"));
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var old = await browser.AuthorizeAsync(clientId, ("max_age", "60"), ("prompt", "none"));
        var id = await browser.BeginAuthorizationAsync(clientId, ("max_age", "60"));
        using var early = await browser.TryDecideAsync(id);
        await browser.SignInAsync(email);
        // The proof came after the request, however long the user then takes.
        _api.Clock.Advance(TimeSpan.FromMinutes(2));
        var answer = await browser.DecideAsync(id);

        Assert.Contains("code", young.ReadAnswer().Keys, StringComparer.Ordinal);
        old.AssertRefused("login_required");
        await early.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");
        Assert.Contains("code", answer.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_max_age_of_zero_asks_for_a_new_proof()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        _api.Clock.Advance(TimeSpan.FromSeconds(1));

        using var response = await browser.AuthorizeAsync(clientId, ("max_age", "0"), ("prompt", "none"));

        response.AssertRefused("login_required");
    }

    [Fact]
    public async Task A_class_of_proof_is_met_by_it_or_a_stronger_one()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (_, email, app) = await _api.RegisterWithTotpAsync();
        using var browser = new TestBrowser(_api);
        using var first = await browser.TrySignInAsync(new { email, password = ApiMoves.Password });
        var token = (await first.ReadJsonAsync()).GetProperty("mfa_token").GetString();
        using var second = await browser.TrySignInAsync(new { mfa_token = token, code = app.Code });
        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);

        foreach (var met in new[] { "urn:btec:acr:1", "urn:btec:acr:mfa", "phr urn:btec:acr:mfa" })
        {
            using var response = await browser.AuthorizeAsync(clientId, ("acr_values", met), ("prompt", "none"));
            Assert.Contains("code", response.ReadAnswer().Keys, StringComparer.Ordinal);
        }

        using var stronger = await browser.AuthorizeAsync(clientId, ("acr_values", "phr"), ("prompt", "none"));
        stronger.AssertRefused("login_required");
    }

    [Fact]
    public async Task Whoever_has_just_signed_in_and_cannot_do_it_more_strongly_is_sent_back()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        var id = await browser.BeginAuthorizationAsync(clientId, ("acr_values", "urn:btec:acr:mfa"));

        using var early = await browser.TryDecideAsync(id);
        await browser.SignInAsync(email);
        var answer = await browser.DecideAsync(id);

        await early.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");
        Assert.Equal("unmet_authentication_requirements", answer["error"]);
    }

    [Fact]
    public async Task A_request_waits_ten_minutes_and_not_a_second_longer()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var (first, second) = (await browser.BeginAuthorizationAsync(clientId), await browser.BeginAuthorizationAsync(clientId));

        _api.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        var answer = await browser.DecideAsync(first);
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var shown = await browser.OpenAsync($"/oauth/requests/{second}");
        using var late = await browser.TryDecideAsync(second);

        Assert.Contains("code", answer.Keys, StringComparer.Ordinal);
        await shown.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await late.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
