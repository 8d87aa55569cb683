using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Signing a browser in and out.</summary>
public abstract class BrowserSessionTests(SharedApi shared)
{
    private readonly BtecApi _api = shared.Api;

    public sealed class OnSqlite(SqliteApi shared) : BrowserSessionTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : BrowserSessionTests(shared);

    [Fact]
    [Asvs("3.3.1", "3.3.2", "3.3.3", "3.3.4")]
    public async Task Signing_in_sets_a_cookie_that_only_this_host_gets_and_no_script_reads()
    {
        var email = ApiMoves.NewEmail();
        var user = await _api.CreateClient().RegisterAsync(email);
        using var browser = new TestBrowser(_api);

        using var response = await browser.TrySignInAsync(new { email, password = ApiMoves.Password });

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(
            ["__Host-btec", "httponly", "max-age=2592000", "path=/", "samesite=lax", "secure"],
            cookie.Split("; ").Select(part => part.StartsWith("__Host-", StringComparison.Ordinal) ? part.Split('=')[0] : part)
                .Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal(43, browser.Cookie!.Length);
        Assert.Equal(user.GetProperty("id").GetInt32(), (await browser.FindUserAsync())!.Value.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task The_session_is_one_of_the_users_sessions_and_its_cookie_is_stored_as_a_hash()
    {
        var (browser, id, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var tokens = await _api.CreateClient().StartSessionAsync(email);

        var listed = SessionListMoves.IdsOf(await _api.CreateClient().ListSessionsAsync(tokens));

        var stored = await _api.WithDatabaseAsync(database =>
            database.Sessions.SingleAsync(row => row.UserId == id && row.BrowserHash != null));
        Assert.Contains(stored.Id.ToString("D"), listed, StringComparer.Ordinal);
        Assert.Equal(2, listed.Count);
        Assert.Null(stored.ClientId);
        Assert.Null(stored.TokenFamily);
        Assert.Equal(32, stored.BrowserHash!.Length);
        Assert.Equal(0, await _api.WithDatabaseAsync(database => database.RefreshTokens.CountAsync(token => token.SessionId == stored.Id)));
    }

    [Fact]
    public async Task A_browser_without_a_living_session_is_not_signed_in()
    {
        using var browser = new TestBrowser(_api);
        Assert.Null(await browser.FindUserAsync());

        foreach (var cookie in new[] { "", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00", new string('A', 4_000) })
        {
            browser.Cookie = cookie;
            Assert.Null(await browser.FindUserAsync());
        }
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_removes_the_cookie()
    {
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var __ = browser;
        var cookie = browser.Cookie;

        using var response = await browser.SendAsync(HttpMethod.Delete, TestBrowser.SessionRoute);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Null(browser.Cookie);
        Assert.Contains("max-age=0", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        browser.Cookie = cookie;
        Assert.Null(await browser.FindUserAsync());
        using var again = await browser.SendAsync(HttpMethod.Delete, TestBrowser.SessionRoute);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Fact]
    public async Task A_second_factor_completes_a_sign_in_that_was_begun_in_a_browser()
    {
        var (id, email, app) = await _api.RegisterWithTotpAsync();
        using var browser = new TestBrowser(_api);

        var token = await BeginAsync(browser, email);
        Assert.Null(browser.Cookie);
        using var wrong = await browser.TrySignInAsync(new { mfa_token = token, code = app.WrongCode });
        await wrong.AssertCodeWrongAsync();
        using var right = await browser.TrySignInAsync(new { mfa_token = token, code = app.Code });

        Assert.Equal(HttpStatusCode.NoContent, right.StatusCode);
        Assert.Equal(id, (await browser.FindUserAsync())!.Value.GetProperty("id").GetInt32());
        Assert.Equal("pwd otp mfa", await ReadAmrAsync(id));
        using var again = await browser.TrySignInAsync(new { mfa_token = token, code = app.NextCode });
        await again.AssertMfaTokenInvalidAsync();
    }

    [Fact]
    public async Task A_recovery_code_completes_a_sign_in()
    {
        var (id, email, _) = await _api.RegisterWithTotpAsync();
        var codes = await _api.AddRecoveryCodesAsync(id);
        using var browser = new TestBrowser(_api);

        using var response = await browser.TrySignInAsync(new { mfa_token = await BeginAsync(browser, email), recovery_code = codes[0] });

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.NotNull(await browser.FindUserAsync());
    }

    [Fact]
    public async Task A_login_is_completed_where_it_was_begun()
    {
        var (_, email, app) = await _api.RegisterWithTotpAsync();
        using var browser = new TestBrowser(_api);
        var client = _api.CreateClient();
        var (ofBrowser, ofApi) = (await BeginAsync(browser, email), await client.BeginLoginAsync(email));

        using var tokens = await client.CompleteAsync(ofBrowser, app.Code);
        using var grant = await client.GrantMfaAsync(ofBrowser, app.Code);
        using var session = await browser.TrySignInAsync(new { mfa_token = ofApi, code = app.Code });

        await tokens.AssertMfaTokenInvalidAsync();
        await grant.AssertOAuthErrorAsync("invalid_grant", "mfa_token_invalid");
        await session.AssertMfaTokenInvalidAsync();
        Assert.Null(browser.Cookie);
    }

    [Fact]
    public async Task A_passkey_alone_signs_in_and_counts_as_two_factors()
    {
        var client = _api.CreateClient();
        var (id, _, _, authenticator) = await client.StartAccountWithPasskeyAsync();
        using var browser = new TestBrowser(_api);
        var challenge = await client.StartPasskeyLoginAsync();
        var body = new { challenge_id = challenge.Id, credential = authenticator.Get(challenge.Options) };

        using var response = await browser.TrySignInAsync(body);
        using var replayed = await browser.TrySignInAsync(body);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Contains("mfa", await ReadAmrAsync(id), StringComparison.Ordinal);
        await replayed.AssertPasskeyInvalidAsync();
        Assert.NotNull(await browser.FindUserAsync());
    }

    [Fact]
    public async Task A_passkey_is_a_second_factor_too()
    {
        var client = _api.CreateClient();
        var (id, email, _, authenticator) = await client.StartAccountWithPasskeyAsync();
        using var browser = new TestBrowser(_api);
        var token = await BeginAsync(browser, email);
        var challenge = await client.StartPasskeyLoginAsync();

        using var response = await browser.TrySignInAsync(
            new { mfa_token = token, challenge_id = challenge.Id, credential = authenticator.Get(challenge.Options) });

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.StartsWith("pwd ", await ReadAmrAsync(id), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"email": "ada@example.com"}""")]
    [InlineData("""{"password": "x"}""")]
    [InlineData("""{"mfa_token": "x"}""")]
    [InlineData("""{"code": "123456"}""")]
    [InlineData("""{"mfa_token": "x", "code": "1", "recovery_code": "2"}""")]
    [InlineData("""{"mfa_token": "x", "code": "1", "challenge_id": "2", "credential": {}}""")]
    [InlineData("""{"mfa_token": "x", "challenge_id": "2"}""")]
    [InlineData("""{"challenge_id": "2"}""")]
    [InlineData("""{"credential": {}}""")]
    [InlineData("""{"email": "ada@example.com", "password": "x", "code": "123456"}""")]
    [InlineData("""{"email": "ada@example.com", "password": "x", "mfa_token": "y", "code": "123456"}""")]
    [InlineData("""{"email": "ada@example.com", "password": "x", "challenge_id": "2", "credential": {}}""")]
    public async Task A_body_that_is_none_of_the_three_is_refused(string json)
    {
        using var browser = new TestBrowser(_api);
        using var request = new HttpRequestMessage(HttpMethod.Post, TestBrowser.SessionRoute);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        using var response = await browser.SendAsync(request);

        await response.AssertRefusedMembersAsync("body");
    }

    [Fact]
    public async Task Whoever_signs_in_again_keeps_the_session_and_gets_another_cookie()
    {
        var (browser, id, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var (cookie, session) = (browser.Cookie, await ReadSessionsAsync(id));

        await browser.SignInAsync(email);

        Assert.NotEqual(cookie, browser.Cookie, StringComparer.Ordinal);
        Assert.Equal(session, await ReadSessionsAsync(id));
        Assert.NotNull(await browser.FindUserAsync());
        browser.Cookie = cookie;
        Assert.Null(await browser.FindUserAsync());
    }

    [Fact]
    public async Task Whoever_signs_in_ends_the_session_that_another_user_had_in_the_browser()
    {
        var (browser, firstId, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var cookie = browser.Cookie;
        var email = ApiMoves.NewEmail();
        var secondId = (await _api.CreateClient().RegisterAsync(email)).GetProperty("id").GetInt32();

        await browser.SignInAsync(email);

        Assert.Equal(secondId, (await browser.FindUserAsync())!.Value.GetProperty("id").GetInt32());
        Assert.Empty(await ReadSessionsAsync(firstId));
        browser.Cookie = cookie;
        Assert.Null(await browser.FindUserAsync());
    }

    [Fact]
    public async Task A_cookie_that_was_not_issued_here_is_never_adopted()
    {
        var email = ApiMoves.NewEmail();
        await _api.CreateClient().RegisterAsync(email);
        using var browser = new TestBrowser(_api) { Cookie = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };

        await browser.SignInAsync(email);

        Assert.NotEqual("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", browser.Cookie, StringComparer.Ordinal);
        browser.Cookie = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Assert.Null(await browser.FindUserAsync());
    }

    [Fact]
    public async Task What_ends_a_session_ends_that_of_a_browser()
    {
        var (browser, id, email) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var client = _api.CreateClient();
        var tokens = await client.StartSessionAsync(email);

        using var response = await client.LogOutAsync(tokens.Access, "?scope=others");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Null(await browser.FindUserAsync());
        await browser.SignInAsync(email);
        await _api.ActivateAsync(email, active: false);
        Assert.Null(await browser.FindUserAsync());
        Assert.True(id > 0);
    }

    private static async Task<string> BeginAsync(TestBrowser browser, string email)
    {
        using var response = await browser.TrySignInAsync(new { email, password = ApiMoves.Password });
        var problem = await response.AssertProblemAsync(HttpStatusCode.Forbidden, "mfa_required");
        return problem.GetProperty("mfa_token").GetString()!;
    }

    private Task<string> ReadAmrAsync(int userId) => _api.WithDatabaseAsync(database =>
        database.Sessions.Where(row => row.UserId == userId && row.BrowserHash != null).Select(row => row.Amr).SingleAsync());

    private async Task<string> ReadSessionsAsync(int userId) => string.Join(' ', await _api.WithDatabaseAsync(database =>
        database.Sessions.Where(row => row.UserId == userId && row.RevokedAt == null).Select(row => row.Id).ToListAsync()));
}
