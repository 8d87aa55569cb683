using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class SessionListTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(OwnSqliteApi own) : SessionListTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : SessionListTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task A_login_creates_the_session_that_its_token_names()
    {
        await _client.RegisterAsync(_email);
        var now = own.Api.Clock.GetUtcNow();
        var tokens = await _client.StartSessionAsync(_email, "Firefox/142.0");

        var session = Assert.Single(await _client.ListSessionsAsync(tokens));

        Assert.Equal(
            ["address", "client_id", "created_at", "current", "expires_at", "id", "last_seen_at", "user_agent"],
            ApiMoves.NamesOf(session));
        Assert.Equal(tokens.SessionId, session.GetProperty("id").GetString());
        Assert.Equal("Firefox/142.0", session.GetProperty("user_agent").GetString());
        Assert.True(session.GetProperty("address").GetString() is "127.0.0.1" or "::1");
        SessionListMoves.AssertTime(now, session, "created_at");
        SessionListMoves.AssertTime(SessionListMoves.ToMinute(now), session, "last_seen_at");
        SessionListMoves.AssertTime(now + TimeSpan.FromDays(14), session, "expires_at");
        Assert.True(session.GetProperty("current").GetBoolean());
    }

    [Fact]
    public async Task Every_login_creates_a_session_and_the_newest_is_listed_first()
    {
        await _client.RegisterAsync(_email);
        var first = await _client.StartSessionAsync(_email, "first");
        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var granted = await _client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", _email), ("password", ApiMoves.Password));
        var second = Tokens.From(await granted.ReadJsonAsync());
        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        var third = await _client.StartSessionAsync(_email, "third");

        var seenBySecond = await _client.ListSessionsAsync(second);

        Assert.Equal([third.SessionId, second.SessionId, first.SessionId], SessionListMoves.IdsOf(seenBySecond));
        Assert.Equal([false, true, false], seenBySecond.Select(session => session.GetProperty("current").GetBoolean()));
        Assert.Equal(["third", null, "first"], SessionListMoves.TextsOf(seenBySecond, "user_agent"));
    }

    [Fact]
    public async Task The_list_is_paged_without_repeating_or_skipping_while_sessions_are_added()
    {
        await _client.RegisterAsync(_email);
        var all = new List<Tokens>();
        while (all.Count < 5)
        {
            all.Add(await _client.StartSessionAsync(_email));
            // The last three start at the same time.
            own.Api.Clock.Advance(all.Count < 3 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
        }

        var first = await _client.GetPageAsync($"{SessionListMoves.Route}?limit=2", all[0].Access);
        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        await _client.StartSessionAsync(_email);
        var cursor = first.GetProperty("next_cursor").GetString();
        var rest = await _client.GetPageAsync($"{SessionListMoves.Route}?limit=3&cursor={cursor}", all[0].Access);

        Assert.Equal(
            all.Select(tokens => tokens.SessionId).Order(StringComparer.Ordinal),
            first.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray())
                .Select(session => session.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, rest.GetProperty("next_cursor").ValueKind);
        Assert.Equal(6, (await _client.GetAllAsync(SessionListMoves.Route, all[0].Access, limit: 1)).Count);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=x", "limit")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=AAAAKg", "cursor")]
    [InlineData("cursor=%00&limit=-1", "cursor", "limit")]
    public async Task An_invalid_page_is_refused(string query, params string[] parameters)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.GetAsync($"{SessionListMoves.Route}?{query}", tokens.Access);

        await response.AssertRefusedMembersAsync(parameters);
    }

    [Fact]
    [Asvs("8.2.2")]
    public async Task Users_see_only_their_own_sessions()
    {
        var mine = await _client.StartSessionOfNewUserAsync();
        var theirs = await _client.StartSessionOfNewUserAsync();

        Assert.Equal([mine.SessionId], SessionListMoves.IdsOf(await _client.ListSessionsAsync(mine)));
        Assert.Equal([theirs.SessionId], SessionListMoves.IdsOf(await _client.ListSessionsAsync(theirs)));
    }

    [Fact]
    [Asvs("14.3.2")]
    public async Task The_list_of_sessions_is_not_cached()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.GetAsync(SessionListMoves.Route, tokens.Access);

        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.DoesNotContain(tokens.Refresh, await response.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_session_is_not_listed()
    {
        await _client.RegisterAsync(_email);
        var old = await _client.StartSessionAsync(_email);
        own.Api.Clock.Advance(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        var young = await _client.StartSessionAsync(_email);
        Assert.Equal([young.SessionId, old.SessionId], SessionListMoves.IdsOf(await _client.ListSessionsAsync(young)));

        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([young.SessionId], SessionListMoves.IdsOf(await _client.ListSessionsAsync(young)));
    }

    [Theory]
    [InlineData("GET", SessionListMoves.Route)]
    [InlineData("DELETE", SessionListMoves.Route + "/019a0000-0000-7000-8000-000000000000")]
    [InlineData("POST", "/api/auth/logout")]
    public async Task The_session_routes_require_a_valid_token(string method, string path)
    {
        using var anonymous = await _client.SendAsync(new HttpMethod(method), path, accessToken: null);
        using var garbage = await _client.SendAsync(new HttpMethod(method), path, "x.y.z");

        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await garbage.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Theory]
    [InlineData("POST", SessionListMoves.Route)]
    [InlineData("DELETE", SessionListMoves.Route)]
    [InlineData("GET", SessionListMoves.Route + "/019a0000-0000-7000-8000-000000000000")]
    [InlineData("GET", "/api/auth/logout")]
    [InlineData("GET", "/api/auth/token")]
    [InlineData("GET", "/api/auth/revoke")]
    [InlineData("GET", "/api/auth/introspect")]
    public async Task Other_methods_are_refused(string method, string path)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.SendAsync(new HttpMethod(method), path, tokens.Access);

        await response.AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }
}
