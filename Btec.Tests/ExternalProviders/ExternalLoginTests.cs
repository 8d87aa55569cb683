using System.Net;
using System.Net.Http.Json;
using Btec.Api.Features.ExternalProviders;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.ExternalProviders;

/// <summary>The login at external providers (docs/external-providers.md).</summary>
public abstract class ExternalLoginTests(ExternalApi api)
{
    private readonly HttpClient _client = api.CreatePlainClient();

    public sealed class OnSqlite(SqliteExternalApi api) : ExternalLoginTests(api), IClassFixture<SqliteExternalApi>;

    public sealed class OnPostgres(PostgresExternalApi api) : ExternalLoginTests(api), IClassFixture<PostgresExternalApi>;

    [Fact]
    public async Task The_providers_are_listed_with_the_names_that_people_read()
    {
        using var response = await _client.GetAsync(new Uri("/api/auth/external", UriKind.Relative), TestContext.Current.CancellationToken);

        var items = (await response.ReadJsonAsync()).GetProperty("items").EnumerateArray()
            .Select(item => (item.GetProperty("name").GetString(), item.GetProperty("display_name").GetString()));
        Assert.Equal(
            [("trusted", "Trusted Inc."), ("untrusted", "Untrusted"), ("closed", "Closed"), ("strict", "Strict"), ("hub", "GitHub")], items);
    }

    [Fact]
    public async Task A_person_whom_nobody_knows_gets_an_account_and_comes_back_to_it_whatever_their_address_is_then()
    {
        var person = new PersonAtProvider { Name = "Ada Lovelace" };

        var first = await api.LogInAsync(ExternalApi.Trusted, person);
        var second = await api.LogInAsync(ExternalApi.Trusted, person with { Email = ApiMoves.NewEmail() });

        using var me = await _client.GetMeAsync(first.Access);
        var user = await me.ReadJsonAsync();
        Assert.Equal((person.Email, "Ada Lovelace"), (user.GetProperty("email").GetString(), user.GetProperty("full_name").GetString()));
        var (one, other) = (TokenForge.Open(first.Access).Claims, TokenForge.Open(second.Access).Claims);
        Assert.Equal(one.GetProperty("uid").GetInt32(), other.GetProperty("uid").GetInt32());
        Assert.True(one.GetProperty("email_verified").GetBoolean());
        Assert.Equal("""["fed"]""", one.GetProperty("amr").GetRawText());
        Assert.Equal("urn:btec:acr:1", one.GetProperty("acr").GetString());
        Assert.Equal(["success"], await api.Api.ReadEventsAsync(user.GetProperty("id").GetInt32(), "user.registered"));
        Assert.Equal(["success", "success"], await api.Api.ReadEventsAsync(user.GetProperty("id").GetInt32(), "login"));
        // No password opens it.
        using var byPassword = await _client.TryLogInAsync(person.Email!, password: "!");
        await byPassword.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    [Asvs("6.8.1", "10.5.2")]
    public async Task The_same_subject_at_another_provider_is_somebody_else()
    {
        var person = new PersonAtProvider();
        var first = await api.LogInAsync(ExternalApi.Trusted, person);

        var second = await api.LogInAsync(ExternalApi.Strict, person with { Email = ApiMoves.NewEmail() });

        Assert.NotEqual(
            TokenForge.Open(first.Access).Claims.GetProperty("uid").GetInt32(), TokenForge.Open(second.Access).Claims.GetProperty("uid").GetInt32());
    }

    [Fact]
    [Asvs("6.8.4")]
    public async Task A_second_factor_is_asked_for_as_after_a_password()
    {
        var person = new PersonAtProvider();
        var tokens = await api.LogInAsync(ExternalApi.Trusted, person);
        var app = await StoredAuthenticator.AddAsync(api.Api, TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32());

        using var response = await api.TryLogInAsync(ExternalApi.Trusted, person);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        var problem = await response.ReadJsonAsync();
        Assert.Equal("mfa_required", problem.GetProperty("error").GetString());
        using var completed = await _client.CompleteAsync(problem.GetProperty("mfa_token").GetString()!, app.Code);
        var claims = TokenForge.Open((await completed.AssertLoggedInAsync()).Access).Claims;
        Assert.Equal("""["fed","otp","mfa"]""", claims.GetProperty("amr").GetRawText());
        Assert.Equal("urn:btec:acr:mfa", claims.GetProperty("acr").GetString());
    }

    [Fact]
    public async Task An_inactive_account_stays_closed()
    {
        var person = new PersonAtProvider();
        await api.LogInAsync(ExternalApi.Trusted, person);
        await api.Api.ActivateAsync(person.Email!, active: false);

        using var response = await api.TryLogInAsync(ExternalApi.Trusted, person);

        await response.AssertRefusedAsync("account_inactive");
    }

    [Fact]
    public async Task A_code_works_once_with_its_verifier_for_60_seconds()
    {
        var code = await api.SignInAsync(_client, ExternalApi.Trusted, new PersonAtProvider());
        using var stolen = await _client.RedeemAsync(code, new string('a', 43));
        await stolen.AssertRefusedAsync("external_code_invalid");

        // Somebody else's attempt does not use it up.
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _client.RedeemAsync(code)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        var late = await api.SignInAsync(_client, ExternalApi.Trusted, new PersonAtProvider());
        api.Api.Clock.Pass(TimeSpan.FromSeconds(60));
        using var expired = await _client.RedeemAsync(late);
        await expired.AssertRefusedAsync("external_code_invalid");
    }

    [Fact]
    public async Task An_answer_is_taken_once_however_often_it_comes()
    {
        var answer = api.Provider.SignIn(await _client.StartAsync(ExternalApi.Trusted), new PersonAtProvider());

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _client.AnswerAsync(ExternalApi.Trusted, answer)));

        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Found);
        foreach (var response in responses.Where(response => response.StatusCode != HttpStatusCode.Found))
            await response.AssertProblemAsync(HttpStatusCode.BadRequest, "external_login_invalid");
    }

    [Fact]
    public async Task An_answer_of_another_provider_or_after_10_minutes_is_refused()
    {
        var answer = api.Provider.SignIn(await _client.StartAsync(ExternalApi.Trusted), new PersonAtProvider());
        using var swapped = await _client.AnswerAsync(ExternalApi.Untrusted, answer);
        await swapped.AssertProblemAsync(HttpStatusCode.BadRequest, "external_login_invalid");

        api.Api.Clock.Pass(TimeSpan.FromMinutes(10));
        using var late = await _client.AnswerAsync(ExternalApi.Trusted, answer);

        await late.AssertProblemAsync(HttpStatusCode.BadRequest, "external_login_invalid");
    }

    [Fact]
    [Asvs("10.1.2")]
    public async Task What_a_browser_began_no_other_browser_ends()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/external/trusted")
        {
            Content = JsonContent.Create(
                new { redirect_uri = ExternalApi.RedirectUri, code_challenge = AuthorizationMoves.Challenge }),
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var started = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var cookie = Assert.Single(started.Headers.GetValues("Set-Cookie"));
        Assert.Matches(
            "^__Host-btec-external=[A-Za-z0-9_-]{43}; max-age=600; path=/; secure; samesite=lax; httponly$", cookie);
        var answer = api.Provider.SignIn(
            (await started.ReadJsonAsync()).GetProperty("authorization_url").GetString()!, new PersonAtProvider());

        using var without = await _client.AnswerAsync(ExternalApi.Trusted, answer);
        using var other = await _client.AnswerAsync(ExternalApi.Trusted, answer, $"__Host-btec-external={new string('A', 43)}");
        using var own = await _client.AnswerAsync(ExternalApi.Trusted, answer, cookie.Split(';')[0]);

        await without.AssertProblemAsync(HttpStatusCode.BadRequest, "external_login_invalid");
        await other.AssertProblemAsync(HttpStatusCode.BadRequest, "external_login_invalid");
        Assert.NotEmpty(own.ReadAnswer("code"));
    }

    [Theory]
    [InlineData("https://app.example.com/callback")]
    [InlineData("https://app.example.com/callback?tenant=1&x=1")]
    [InlineData("https://app.example.com.evil.example/callback?tenant=1")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task A_redirect_URI_that_is_not_listed_is_refused(string uri)
    {
        using var response = await _client.TryStartAsync(ExternalApi.Trusted, uri);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "redirect_uri_invalid");
    }

    [Fact]
    public async Task The_redirect_URIs_of_first_party_clients_and_of_the_pages_are_allowed()
    {
        await api.Api.RegisterClientAsync(isFirstParty: true, id: "own", change: client => client.RedirectUris = ["https://own.example/cb"]);
        await api.Api.RegisterClientAsync(isFirstParty: false, id: "foreign",
            change: client => client.RedirectUris = ["https://foreign.example/cb"]);

        using var own = await _client.TryStartAsync(ExternalApi.Trusted, "https://own.example/cb");
        using var page = await _client.TryStartAsync(ExternalApi.Trusted, "https://app.example.com/sign-in");
        using var foreign = await _client.TryStartAsync(ExternalApi.Trusted, "https://foreign.example/cb");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (own.StatusCode, page.StatusCode));
        await foreign.AssertProblemAsync(HttpStatusCode.BadRequest, "redirect_uri_invalid");
    }

    [Fact]
    [Asvs("10.2.1")]
    public async Task The_provider_gets_a_request_with_state_nonce_and_PKCE_of_its_own()
    {
        var url = new Uri(await _client.StartAsync(ExternalApi.Trusted));

        var query = QueryHelpers.ParseQuery(url.Query);
        Assert.Equal("https://app.example.com/api/auth/external/trusted/callback", query["redirect_uri"].ToString());
        Assert.Equal(("code", HostileProvider.ClientId, "openid email profile", "S256"), (
            query["response_type"].ToString(), query["client_id"].ToString(), query["scope"].ToString(),
            query["code_challenge_method"].ToString()));
        Assert.NotEqual(AuthorizationMoves.Challenge, query["code_challenge"].ToString(), StringComparer.Ordinal);
        HashSet<string> secrets = [query["state"].ToString(), query["nonce"].ToString(), query["code_challenge"].ToString()];
        Assert.Equal(3, secrets.Count);
        // Nothing of it can be read from the database.
        var hashes = await api.Api.WithDatabaseAsync(database => database.ExternalLogins.Select(login => login.Hash).ToListAsync());
        Assert.Contains(RandomSecret.FindHash(query["state"].ToString())!, hashes);
    }

    [Fact]
    public async Task A_refusal_of_the_provider_reaches_the_client()
    {
        foreach (var (sent, told) in new[] { ("access_denied", "access_denied"), ("server_error", "provider_answer_invalid") })
        {
            var answer = api.Provider.SignIn(await _client.StartAsync(ExternalApi.Trusted), new PersonAtProvider());
            using var response = await _client.AnswerAsync(
                ExternalApi.Trusted, new(StringComparer.Ordinal) { ["error"] = sent, ["state"] = answer["state"] });
            Assert.Equal(told, response.ReadAnswer("error"));
        }
    }

    [Fact]
    public async Task A_browser_signs_in_and_gets_its_cookie()
    {
        using var browser = new TestBrowser(api.Api);
        var person = new PersonAtProvider();
        var code = await api.SignInAsync(_client, ExternalApi.Trusted, person);

        using var response = await browser.TrySignInAsync(new { external_code = code, code_verifier = AuthorizationMoves.Verifier });

        await response.AssertEmptyAsync(HttpStatusCode.NoContent);
        Assert.Equal(person.Email, (await browser.FindUserAsync())!.Value.GetProperty("email").GetString());
        using var again = await browser.TrySignInAsync(new { external_code = code, code_verifier = AuthorizationMoves.Verifier });
        await again.AssertProblemAsync(HttpStatusCode.BadRequest, "external_code_invalid");
        using var mixed = await browser.TrySignInAsync(
            new { external_code = code, code_verifier = AuthorizationMoves.Verifier, email = "a@example.com", password = "x" });
        await mixed.AssertRefusedMembersAsync("body");
    }

    [Fact]
    public async Task Two_logins_of_one_new_person_at_once_make_one_account()
    {
        var person = new PersonAtProvider();
        var codes = new List<string>();
        for (var i = 0; i < 4; i++)
            codes.Add(await api.SignInAsync(_client, ExternalApi.Trusted, person));

        var answers = await Task.WhenAll(codes.Select(code => _client.RedeemAsync(code)));

        var users = new HashSet<int>();
        foreach (var answer in answers)
            users.Add(TokenForge.Open((await answer.AssertLoggedInAsync()).Access).Claims.GetProperty("uid").GetInt32());

        Assert.Single(users);
    }

    [Fact]
    public async Task What_is_left_unfinished_is_deleted()
    {
        await _client.StartAsync(ExternalApi.Trusted);
        await api.SignInAsync(_client, ExternalApi.Trusted, new PersonAtProvider());
        api.Api.Clock.Pass(TimeSpan.FromMinutes(11));

        await api.Api.Services.GetRequiredService<ExternalCleanup>().RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 0), await api.Api.WithDatabaseAsync(async database =>
            (await database.ExternalLogins.CountAsync(), await database.ExternalProofs.CountAsync())));
    }
}
