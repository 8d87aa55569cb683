using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract partial class SessionTests(OwnApi own)
{
    private const string Route = "/api/users/me/sessions";

    private readonly HttpClient _client = own.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(OwnSqliteApi own) : SessionTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : SessionTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task A_login_makes_a_session_that_its_token_names()
    {
        await _client.RegisterAsync(_email);
        var now = own.Api.Clock.GetUtcNow();
        var tokens = await _client.StartSessionAsync(_email, "Firefox/142.0");

        var session = Assert.Single(await ListAsync(tokens));

        Assert.Equal(
            ["address", "created_at", "current", "expires_at", "id", "last_seen_at", "user_agent"],
            ApiMoves.NamesOf(session));
        Assert.Equal(tokens.SessionId, session.GetProperty("id").GetString());
        Assert.Equal("Firefox/142.0", session.GetProperty("user_agent").GetString());
        Assert.True(session.GetProperty("address").GetString() is "127.0.0.1" or "::1");
        AssertTime(now, session, "created_at");
        AssertTime(ToMinute(now), session, "last_seen_at");
        AssertTime(now + TimeSpan.FromDays(14), session, "expires_at");
        Assert.True(session.GetProperty("current").GetBoolean());
    }

    [Fact]
    public async Task Every_login_makes_a_session_of_its_own_and_the_newest_comes_first()
    {
        await _client.RegisterAsync(_email);
        var first = await _client.StartSessionAsync(_email, "first");
        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var granted = await _client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", _email), ("password", ApiMoves.Password));
        var second = Tokens.From(await granted.ReadJsonAsync());
        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        var third = await _client.StartSessionAsync(_email, "third");

        var seenBySecond = await ListAsync(second);

        Assert.Equal([third.SessionId, second.SessionId, first.SessionId], IdsOf(seenBySecond));
        Assert.Equal([false, true, false], seenBySecond.Select(session => session.GetProperty("current").GetBoolean()));
        Assert.Equal(["third", null, "first"], TextsOf(seenBySecond, "user_agent"));
    }

    [Fact]
    public async Task Nobody_sees_the_sessions_of_others()
    {
        var mine = await _client.StartSessionOfNewUserAsync();
        var theirs = await _client.StartSessionOfNewUserAsync();

        Assert.Equal([mine.SessionId], IdsOf(await ListAsync(mine)));
        Assert.Equal([theirs.SessionId], IdsOf(await ListAsync(theirs)));
    }

    [Fact]
    public async Task A_list_of_sessions_is_kept_by_nobody_on_the_way()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.GetAsync(Route, tokens.Access);

        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.DoesNotContain(tokens.Refresh, await response.ReadTextAsync(), StringComparison.Ordinal);
    }

    public static TheoryData<string?, string?> Devices => new()
    {
        { null, null },
        { "curl/8.16.0", "curl/8.16.0" },
        { new string('a', 255), new string('a', 255) },
        { new string('a', 256), new string('a', 255) },
        { new string('a', 4000), new string('a', 255) },
        { "<script>alert(1)</script>", "<script>alert(1)</script>" },
        { "'; DROP TABLE sessions; --", "'; DROP TABLE sessions; --" },
    };

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_device_is_called_what_it_calls_itself_up_to_255_characters(string? sent, string? shown)
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email, sent);

        var session = Assert.Single(await ListAsync(tokens));

        Assert.Equal(shown, session.GetProperty("user_agent").GetString());
    }

    [Theory]
    [InlineData(0, 255)]
    [InlineData(254, 254)]
    [InlineData(253, 255)]
    public async Task A_device_name_is_not_cut_within_a_character(int before, int length)
    {
        await _client.RegisterAsync(_email);
        var name = new string('a', before) + string.Concat(Enumerable.Repeat("\U0001F600", 200));
        if (before == 0)
            name = "a" + name;

        var session = Assert.Single(await ListAsync(await LogInRawAsync(Encoding.UTF8.GetBytes(name))));

        Assert.Equal(name[..length], session.GetProperty("user_agent").GetString());
    }

    [Fact]
    public async Task A_device_name_that_is_no_text_is_no_failure_of_the_server()
    {
        await _client.RegisterAsync(_email);
        foreach (var name in new byte[][] { [0xFF, 0xFE], [0x61, 0x01, 0x62], [0x61, 0x7F], [0xED, 0xA0, 0x80], [0x61, 0x00], [0x61, 0x1B, 0x5B] })
        {
            var status = await SendLoginAsync(name);
            Assert.True(status.Status is 200 or 400, $"{status.Status} for {Convert.ToHexString(name)}");
        }
    }

    [Fact]
    public async Task A_session_is_seen_to_the_minute_and_that_is_written_once_a_minute()
    {
        // What earlier tests were seen at is written down by then.
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        var minute = ToMinute(own.Api.Clock.GetUtcNow()).AddMinutes(1);
        own.Api.Clock.SetUtcNow(minute.AddSeconds(10));
        var tokens = await _client.StartSessionOfNewUserAsync();
        var before = CountSightings();

        own.Api.Clock.SetUtcNow(minute.AddSeconds(60).AddTicks(-1));
        await CallAsync(tokens, times: 5);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(minute, await LastSeenAsync(tokens));
        Assert.Equal(before, CountSightings());

        own.Api.Clock.SetUtcNow(minute.AddSeconds(60));
        await CallAsync(tokens, times: 20);
        await WaitUntilSeenAsync(tokens, minute.AddSeconds(60));
        own.Api.Clock.SetUtcNow(minute.AddSeconds(119));
        await CallAsync(tokens, times: 20);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        Assert.Equal(minute.AddSeconds(60), await LastSeenAsync(tokens));
        Assert.Equal(before + 1, CountSightings());
        AssertTime(minute.AddSeconds(60), Assert.Single(await ListAsync(tokens)), "last_seen_at");
    }

    [Fact]
    public async Task Being_seen_is_not_written_on_the_requests_own_path()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        own.Api.Clock.Advance(TimeSpan.FromMinutes(2));
        var seen = ToMinute(own.Api.Clock.GetUtcNow());

        await using (await HeldRows.TakeAsync(own.Api.Database, "SELECT id FROM sessions FOR UPDATE"))
        {
            await CallAsync(tokens, times: 3);
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
            await CallAsync(tokens, times: 3).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
            Assert.NotEqual(seen, await LastSeenAsync(tokens));
        }

        await WaitUntilSeenAsync(tokens, seen);
    }

    [Fact]
    public async Task The_authenticated_request_asks_the_database_once()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var before = own.Logs.Lines.Count;
        using var spans = new PostgresSpans(own.Api.Database);

        for (var call = 0; call < 10; call++)
            await CallAsync(tokens, times: 1);

        // Those of background jobs are in no request's scope. On PostgreSQL the client itself tells of all, whoever wrote them.
        var asked = own.Kind == DatabaseKind.Postgres
            ? spans.OfRequests
            : own.Logs.Lines.Skip(before).Where(IsStatement)
                .Where(line => line.Contains("RequestPath=/api/users/me", StringComparison.Ordinal)).ToList();
        Assert.Equal(10, asked.Count);
        Assert.All(asked, statement => Assert.Matches(@"SELECT[\s\S]*FROM ""?sessions""? [\s\S]*JOIN ""?users""? ", statement));
    }

    [Fact]
    public async Task Ending_one_session_acts_on_its_next_request_and_on_no_other_session()
    {
        await _client.RegisterAsync(_email);
        var mine = await _client.StartSessionAsync(_email);
        var lost = await _client.StartSessionAsync(_email);
        var third = await _client.StartSessionAsync(_email);

        using var ended = await EndAsync(mine, lost.SessionId);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Empty(await ended.ReadTextAsync());
        await _client.AssertEndedAsync(lost);
        Assert.Equivalent(new[] { third.SessionId, mine.SessionId }, IdsOf(await ListAsync(mine)), strict: true);
        await _client.AssertAliveAsync(mine);
        await _client.AssertAliveAsync(third);
        using var again = await EndAsync(mine, lost.SessionId);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_session_may_end_itself()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var ended = await EndAsync(tokens, tokens.SessionId);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await _client.AssertEndedAsync(tokens);
    }

    [Fact]
    public async Task The_session_of_another_user_is_not_found_and_lives_on()
    {
        var mine = await _client.StartSessionOfNewUserAsync();
        var theirs = await _client.StartSessionOfNewUserAsync();
        await MakeSuperuserAsync(mine);

        using var response = await EndAsync(mine, theirs.SessionId);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await _client.AssertAliveAsync(theirs);
    }

    [Theory]
    [InlineData("019a0000-0000-7000-8000-000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("1")]
    [InlineData("x")]
    [InlineData("me")]
    [InlineData("%FF")]
    [InlineData("%20")]
    [InlineData("{ID}")]
    [InlineData("(ID)")]
    [InlineData("ID%20")]
    [InlineData("HEX")]
    [InlineData("LONG")]
    [InlineData("' OR '1'='1")]
    public async Task An_id_that_no_session_has_is_not_found(string id)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        id = id.Replace("ID", tokens.SessionId, StringComparison.Ordinal)
            .Replace("HEX", tokens.SessionId.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("LONG", new string('a', 2000), StringComparison.Ordinal);

        using var response = await EndAsync(tokens, id);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await _client.AssertAliveAsync(tokens);
    }

    [Theory]
    [InlineData("GET", Route)]
    [InlineData("DELETE", Route + "/019a0000-0000-7000-8000-000000000000")]
    [InlineData("POST", "/api/auth/logout")]
    public async Task Who_does_not_say_who_they_are_is_asked(string method, string path)
    {
        using var nobody = await _client.SendAsync(new HttpMethod(method), path, accessToken: null);
        using var garbage = await _client.SendAsync(new HttpMethod(method), path, "x.y.z");

        await nobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await garbage.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Theory]
    [InlineData("POST", Route)]
    [InlineData("DELETE", Route)]
    [InlineData("GET", Route + "/019a0000-0000-7000-8000-000000000000")]
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

    [Fact]
    public async Task The_sessions_of_an_inactive_user_rest_until_the_user_is_active_again()
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);

        await ChangeUserAsync(active: false);
        await _client.AssertEndedAsync(tokens, "grant_account_inactive");
        await ChangeUserAsync(active: true);

        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task The_sessions_of_a_deleted_user_go_with_it()
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);
        var next = await _client.RefreshAsync(tokens.Refresh);

        await own.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == _email).ExecuteDeleteAsync());

        await _client.AssertEndedAsync(next, "refresh_token_invalid");
        await _client.AssertEndedAsync(tokens, "refresh_token_invalid");
        var id = Guid.Parse(tokens.SessionId);
        Assert.False(await own.Api.WithDatabaseAsync(database => database.Sessions.AnyAsync(session => session.Id == id)));
        Assert.False(await own.Api.WithDatabaseAsync(database => database.RefreshTokens.AnyAsync(token => token.SessionId == id)));
    }

    [Fact]
    public async Task A_token_that_names_the_session_of_another_user_is_refused()
    {
        var mine = TokenForge.ClaimsOf((await _client.StartSessionOfNewUserAsync()).Access);
        var theirs = await _client.StartSessionOfNewUserAsync();
        mine["sid"] = theirs.SessionId;

        using var response = await _client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), mine));

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    public async Task A_session_that_has_expired_is_not_listed()
    {
        await _client.RegisterAsync(_email);
        var old = await _client.StartSessionAsync(_email);
        own.Api.Clock.Advance(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        var young = await _client.StartSessionAsync(_email);
        Assert.Equal([young.SessionId, old.SessionId], IdsOf(await ListAsync(young)));

        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([young.SessionId], IdsOf(await ListAsync(young)));
    }

    [Fact]
    public async Task The_address_is_the_clients_behind_the_trusted_proxies()
    {
        await using var api = await BtecApi.StartAsync(
            own.Kind, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Proxy:TrustedHops"] = "1" });
        foreach (var (forwarded, shown) in new[]
        {
            ("203.0.113.7", "203.0.113.7"),
            ("198.51.100.9, 203.0.113.7", "203.0.113.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("fe80::1%25", "fe80::1"),
            ("nonsense", "loopback"),
        })
        {
            Assert.Equal(shown, await AddressOfLoginAsync(api, forwarded));
        }

        Assert.Equal("loopback", await AddressOfLoginAsync(own.Api, "203.0.113.7"));
    }

    private static async Task<string> AddressOfLoginAsync(BtecApi api, string forwarded)
    {
        var client = api.CreateClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        var tokens = await client.StartSessionOfNewUserAsync();
        using var response = await client.GetAsync(Route, tokens.Access);
        var address = (await response.ReadJsonAsync())[0].GetProperty("address").GetString()!;
        return address is "127.0.0.1" or "::1" ? "loopback" : address;
    }

    private static DateTimeOffset ToMinute(DateTimeOffset moment) => moment.AddTicks(-(moment.UtcTicks % TimeSpan.TicksPerMinute));

    private static List<string?> IdsOf(IEnumerable<JsonElement> sessions) => TextsOf(sessions, "id");

    private static List<string?> TextsOf(IEnumerable<JsonElement> sessions, string member) =>
        [.. sessions.Select(session => session.GetProperty(member).GetString())];

    /// <summary>PostgreSQL keeps microseconds.</summary>
    private static void AssertTime(DateTimeOffset expected, JsonElement session, string member)
    {
        var shown = session.GetProperty(member).GetDateTimeOffset();
        Assert.Equal(TimeSpan.Zero, shown.Offset);
        Assert.Equal(expected, shown, TimeSpan.FromMicroseconds(1));
    }

    [GeneratedRegex("""SET "?last_seen_at"? =""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sighting();

    private static bool IsStatement(string line) => line.Contains("Executed DbCommand", StringComparison.Ordinal);

    private int CountSightings() => own.Logs.Lines.Count(line => IsStatement(line) && Sighting().IsMatch(line));

    private async Task<List<JsonElement>> ListAsync(Tokens tokens)
    {
        using var response = await _client.GetAsync(Route, tokens.Access);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.ReadJsonAsync()).EnumerateArray()];
    }

    private Task<HttpResponseMessage> EndAsync(Tokens caller, string sessionId) =>
        _client.SendAsync(HttpMethod.Delete, $"{Route}/{sessionId}", caller.Access);

    private Task CallAsync(Tokens tokens, int times) => Task.WhenAll(Enumerable.Range(0, times).Select(async _ =>
    {
        using var response = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }));

    private Task<DateTimeOffset> LastSeenAsync(Tokens tokens)
    {
        var id = Guid.Parse(tokens.SessionId);
        return own.Api.WithDatabaseAsync(database => database.Sessions
            .Where(session => session.Id == id).Select(session => session.LastSeenAt).SingleAsync());
    }

    private Task WaitUntilSeenAsync(Tokens tokens, DateTimeOffset minute) =>
        Eventually.IsTrueAsync(async () => await LastSeenAsync(tokens) == minute, $"seen at {minute:O}");

    private async Task<Tokens> LogInRawAsync(byte[] userAgent)
    {
        var answer = await SendLoginAsync(userAgent);
        Assert.Equal(200, answer.Status);
        return Tokens.From(JsonSerializer.Deserialize<JsonElement>(answer.Body));
    }

    /// <summary>HttpClient sends no header that is not ASCII.</summary>
    private Task<RawAnswer> SendLoginAsync(byte[] userAgent)
    {
        var form = Encoding.ASCII.GetBytes(
            $"username={Uri.EscapeDataString(_email)}&password={Uri.EscapeDataString(ApiMoves.Password)}");
        return _client.BaseAddress!.SendAsync(
            "POST /api/auth/login HTTP/1.1",
            [
                $"User-Agent: {Encoding.Latin1.GetString(userAgent)}",
                "Content-Type: application/x-www-form-urlencoded",
                $"Content-Length: {form.Length}",
            ],
            form);
    }

    private Task<int> ChangeUserAsync(bool active) => own.Api.WithDatabaseAsync(database => database.Users
        .Where(user => user.Email == _email).ExecuteUpdateAsync(row => row.SetProperty(user => user.IsActive, active)));

    private Task<int> MakeSuperuserAsync(Tokens tokens)
    {
        var id = TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32();
        return own.Api.WithDatabaseAsync(database => database.Users
            .Where(user => user.Id == id).ExecuteUpdateAsync(row => row.SetProperty(user => user.IsSuperuser, true)));
    }
}
