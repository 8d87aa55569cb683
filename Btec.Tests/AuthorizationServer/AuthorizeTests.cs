using System.Net;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The way of an authorization request: at once to the client, or through the pages that ask the user.</summary>
public abstract class AuthorizeTests(SharedApi shared)
{
    private readonly BtecApi _api = shared.Api;

    public sealed class OnSqlite(SqliteApi shared) : AuthorizeTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : AuthorizeTests(shared);

    [Fact]
    [Asvs("10.4.3")]
    public async Task A_signed_in_user_of_a_first_party_client_is_sent_back_at_once_with_a_code()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, userId, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;

        using var response = await browser.AuthorizeAsync(clientId, ("resource", "https://orders.example/api"));

        var answer = response.ReadAnswer();
        Assert.Equal(["code", "iss", "state", "tenant"], answer.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(AuthorizationMoves.State, answer["state"]);
        var code = await FindCodeAsync(answer["code"]);
        var session = await _api.WithDatabaseAsync(database => database.Sessions.SingleAsync(row => row.UserId == userId));
        Assert.Equal((clientId, userId, session.Id), (code.ClientId, code.UserId, code.BrowserSessionId));
        Assert.Equal(
            (AuthorizationMoves.RedirectUri, "openid email", "a nonce", AuthorizationMoves.Challenge, "https://orders.example/api"),
            (code.RedirectUri, code.Scope, code.Nonce, code.CodeChallenge, code.Resource));
        Assert.Equal((session.AuthTime, session.Amr), (code.AuthTime, code.Amr));
        Assert.Equal(TimeSpan.FromSeconds(60), code.ExpiresAt - code.CreatedAt);
        Assert.Null(code.UsedAt);
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_is_sent_to_the_sign_in_page_and_from_there_to_a_first_party_client()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var email = ApiMoves.NewEmail();
        await _api.CreateClient().RegisterAsync(email);
        using var browser = new TestBrowser(_api);

        using var response = await browser.AuthorizeAsync(clientId, ("login_hint", email));
        Assert.StartsWith(
            $"{_api.CreateClient().BaseAddress}sign-in?request=", response.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        var id = await browser.BeginAuthorizationAsync(clientId, ("login_hint", email));
        using var before = await browser.OpenAsync($"/oauth/requests/{id}");
        using var early = await browser.TryDecideAsync(id);
        await browser.SignInAsync(email);
        using var after = await browser.OpenAsync($"/oauth/requests/{id}");
        var answer = await browser.DecideAsync(id);

        var waiting = await before.ReadJsonAsync();
        Assert.Equal("sign_in", waiting.GetProperty("needs").GetString());
        Assert.Equal(email, waiting.GetProperty("login_hint").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, waiting.GetProperty("user").ValueKind);
        await early.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_signed_in");
        Assert.Equal("nothing", (await after.ReadJsonAsync()).GetProperty("needs").GetString());
        Assert.Equal(AuthorizationMoves.State, answer["state"]);
        Assert.NotNull(await FindCodeAsync(answer["code"]));
    }

    [Fact]
    [Asvs("10.7.1", "10.7.2")]
    public async Task Another_party_asks_for_consent_once()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, userId, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;

        var id = await browser.BeginAuthorizationAsync(clientId);
        using var shown = await browser.OpenAsync($"/oauth/requests/{id}");
        var answer = await browser.DecideAsync(id);
        using var again = await browser.AuthorizeAsync(clientId);
        using var more = await browser.AuthorizeAsync(clientId, ("scope", "openid email profile"));

        var waiting = await shown.ReadJsonAsync();
        Assert.Equal(["client", "expires_at", "login_hint", "needs", "scopes", "user"], ApiMoves.NamesOf(waiting));
        Assert.Equal("consent", waiting.GetProperty("needs").GetString());
        Assert.Equal(userId, waiting.GetProperty("user").GetProperty("id").GetInt32());
        Assert.Equal(
            $$"""{"id":"{{clientId}}","name":"The client","uri":"https://client.example","is_first_party":false}""",
            waiting.GetProperty("client").GetRawText());
        Assert.Equal(
            ["openid", "email"],
            waiting.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetProperty("name").GetString()!),
            StringComparer.Ordinal);
        Assert.All(waiting.GetProperty("scopes").EnumerateArray(), scope => Assert.NotEmpty(scope.GetProperty("description").GetString()!));
        Assert.NotNull(await FindCodeAsync(answer["code"]));
        Assert.Contains("code", again.ReadAnswer().Keys, StringComparer.Ordinal);
        Assert.Contains("/consent?request=", more.Headers.Location!.AbsoluteUri, StringComparison.Ordinal);
        var grant = await _api.WithDatabaseAsync(database => database.ClientGrants.SingleAsync(row => row.UserId == userId));
        Assert.Equal((clientId, "openid email"), (grant.ClientId, string.Join(' ', grant.Scopes)));
    }

    [Fact]
    public async Task Whoever_refuses_is_sent_back_with_an_error_and_gives_nothing()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, userId, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var id = await browser.BeginAuthorizationAsync(clientId);

        var answer = await browser.DecideAsync(id, "deny");
        using var late = await browser.TryDecideAsync(id);

        Assert.Equal(("access_denied", AuthorizationMoves.State), (answer["error"], answer["state"]));
        await late.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(0, await _api.WithDatabaseAsync(database => database.ClientGrants.CountAsync(row => row.UserId == userId)));
        Assert.Equal(0, await _api.WithDatabaseAsync(database => database.AuthorizationCodes.CountAsync(row => row.UserId == userId)));
    }

    [Fact]
    public async Task A_client_may_send_its_parameters_in_a_form()
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/authorize");
        request.Content = new FormUrlEncodedContent(AuthorizationMoves.ParametersOf(clientId)!);

        using var response = await browser.SendAsync(request);

        Assert.Contains("code", response.ReadAnswer().Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_hundred_answers_at_once_make_one_code()
    {
        var clientId = await _api.RegisterClientAsync();
        var (browser, userId, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var id = await browser.BeginAuthorizationAsync(clientId);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => browser.TryDecideAsync(id)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(99, answers.Count(answer => answer.StatusCode == HttpStatusCode.NotFound));
        Assert.Equal(1, await _api.WithDatabaseAsync(database => database.AuthorizationCodes.CountAsync(row => row.UserId == userId)));
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Theory]
    [InlineData("client_id", null, "client_unknown")]
    [InlineData("client_id", "nobody", "client_unknown")]
    [InlineData("redirect_uri", null, "redirect_uri_invalid")]
    [InlineData("redirect_uri", "https://client.example/callback", "redirect_uri_invalid")]
    [InlineData("redirect_uri", "https://evil.example/", "redirect_uri_invalid")]
    public async Task An_unknown_client_or_redirect_URI_is_never_redirected_to(string name, string? value, string code)
    {
        var clientId = await _api.RegisterClientAsync(isFirstParty: true);
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;

        using var response = await browser.AuthorizeAsync(clientId, (name, value));

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, code);
        Assert.Null(response.Headers.Location);
    }

    private async Task<AuthorizationCode> FindCodeAsync(string code)
    {
        var hash = RandomSecret.FindHash(code);
        Assert.NotNull(hash);
        return await _api.WithDatabaseAsync(database => database.AuthorizationCodes.AsNoTracking().SingleAsync(row => row.Hash == hash));
    }
}
