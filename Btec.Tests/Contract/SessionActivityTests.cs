using System.Net;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class SessionActivityTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(OwnSqliteApi own) : SessionActivityTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : SessionActivityTests(own), IClassFixture<OwnPostgresApi>;

    public static TheoryData<string?, string?> UserAgents => new()
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
    [MemberData(nameof(UserAgents))]
    public async Task A_user_agent_is_stored_up_to_255_characters(string? sent, string? shown)
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email, sent);

        var session = Assert.Single(await _client.ListSessionsAsync(tokens));

        Assert.Equal(shown, session.GetProperty("user_agent").GetString());
    }

    [Theory]
    [InlineData(0, 255)]
    [InlineData(254, 254)]
    [InlineData(253, 255)]
    public async Task A_user_agent_is_not_cut_within_a_character(int before, int length)
    {
        await _client.RegisterAsync(_email);
        var name = new string('a', before) + string.Concat(Enumerable.Repeat("\U0001F600", 200));
        if (before == 0)
            name = "a" + name;

        var session = Assert.Single(await _client.ListSessionsAsync(await LogInRawAsync(Encoding.UTF8.GetBytes(name))));

        Assert.Equal(name[..length], session.GetProperty("user_agent").GetString());
    }

    [Fact]
    public async Task A_user_agent_that_is_not_text_causes_no_server_error()
    {
        await _client.RegisterAsync(_email);
        byte[][] userAgents =
        [
            [0xFF, 0xFE], [0x61, 0x01, 0x62], [0x61, 0x7F], [0xED, 0xA0, 0x80], [0x61, 0x00], [0x61, 0x1B, 0x5B],
            [0x61, 0x85], [0xF0, 0x9F, 0x98], [0xC0, 0x80],
        ];
        foreach (var userAgent in userAgents)
        {
            var answer = await SendLoginAsync(userAgent);
            var expected = userAgent.Contains((byte)0) ? 400 : 200;
            Assert.True(answer.Status == expected, $"The status is {answer.Status} for {Convert.ToHexString(userAgent)}.");
            if (expected == 400)
                Assert.Contains("malformed_request", answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x42, 0xFC, 0x63, 0x68, 0x65, 0x72 }, "B\u00FCcher")]
    [InlineData(new byte[] { 0x42, 0xC3, 0xBC, 0x63, 0x68, 0x65, 0x72 }, "B\u00FCcher")]
    [InlineData(new byte[] { 0x61, 0x01, 0x1B, 0x7F, 0x62 }, "ab")]
    [InlineData(new byte[] { 0x61, 0xE2, 0x80, 0xAE, 0x62 }, "ab")]
    [InlineData(new byte[] { 0x61, 0x85, 0x62 }, "ab")]
    [InlineData(new byte[] { 0x01 }, null)]
    public async Task A_user_agent_is_read_as_UTF_8_or_Latin_1_and_without_invisible_characters(byte[] sent, string? shown)
    {
        await _client.RegisterAsync(_email);

        var session = Assert.Single(await _client.ListSessionsAsync(await LogInRawAsync(sent)));

        Assert.Equal(shown, session.GetProperty("user_agent").GetString());
    }

    [Fact]
    public async Task The_last_use_is_recorded_to_the_minute_and_written_once_a_minute()
    {
        await CountWritesAsync();
        var minute = SessionListMoves.ToMinute(own.Api.Clock.GetUtcNow()).AddMinutes(1);
        own.Api.Clock.SetUtcNow(minute.AddSeconds(10));
        var tokens = await _client.StartSessionOfNewUserAsync();

        own.Api.Clock.SetUtcNow(minute.AddSeconds(60).AddTicks(-1));
        await CallAsync(tokens, times: 5);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(minute, await LastSeenAsync(tokens));
        Assert.Equal(0, await ReadWritesAsync(tokens));

        own.Api.Clock.SetUtcNow(minute.AddSeconds(60));
        await CallAsync(tokens, times: 20);
        await WaitForLastSeenAsync(tokens, minute.AddSeconds(60));
        own.Api.Clock.SetUtcNow(minute.AddSeconds(119));
        await CallAsync(tokens, times: 20);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        Assert.Equal(minute.AddSeconds(60), await LastSeenAsync(tokens));
        Assert.Equal(1, await ReadWritesAsync(tokens));
        var session = Assert.Single(await _client.ListSessionsAsync(tokens));
        SessionListMoves.AssertTime(minute.AddSeconds(60), session, "last_seen_at");
    }

    [Fact]
    public async Task The_last_use_is_not_written_by_the_request_itself()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        own.Api.Clock.Advance(TimeSpan.FromMinutes(2));
        var seen = SessionListMoves.ToMinute(own.Api.Clock.GetUtcNow());

        await using (await HeldRows.TakeAsync(own.Api.Database, "SELECT id FROM sessions FOR UPDATE"))
        {
            await CallAsync(tokens, times: 3);
            await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
            await CallAsync(tokens, times: 3).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
            Assert.NotEqual(seen, await LastSeenAsync(tokens));
        }

        // A write that has waited for too long is dropped, and the next request reports the session again.
        await Eventually.IsTrueAsync(
            async () =>
            {
                await CallAsync(tokens, times: 1);
                return await LastSeenAsync(tokens) == seen;
            },
            $"last seen at {seen:O}");
    }

    [Fact]
    public async Task An_authenticated_request_runs_one_query()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var before = own.Logs.Lines.Count;
        using var spans = new PostgresSpans(own.Api.Database);

        for (var call = 0; call < 10; call++)
            await CallAsync(tokens, times: 1);

        // Background jobs run outside any request. On PostgreSQL, Npgsql reports every statement, including those that EF Core
        // does not send.
        var statements = own.Kind == DatabaseKind.Postgres
            ? spans.OfRequests
            : own.Logs.Lines.Skip(before).Where(IsStatement)
                .Where(line => line.Contains("RequestPath=/api/users/me", StringComparison.Ordinal)).ToList();
        Assert.Equal(10, statements.Count);
        Assert.All(
            statements,
            statement => Assert.Matches(@"SELECT[\s\S]*FROM ""?sessions""? [\s\S]*JOIN ""?users""? ", statement));
    }

    [Fact]
    public async Task The_address_is_that_of_the_client_behind_the_trusted_proxies()
    {
        await using var api = await BtecApi.StartAsync(
            own.Kind, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Proxy:TrustedHops"] = "1" });
        foreach (var (forwarded, shown) in new[]
        {
            ("203.0.113.7", "203.0.113.7"),
            ("198.51.100.9, 203.0.113.7", "203.0.113.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("fe80::1%25", "loopback"),
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
        var address = (await client.ListSessionsAsync(tokens))[0].GetProperty("address").GetString()!;
        return address is "127.0.0.1" or "::1" ? "loopback" : address;
    }

    private static bool IsStatement(string line) => line.Contains("Executed DbCommand", StringComparison.Ordinal);

    /// <summary>Lets the database count the writes of last-seen times: statements that change nothing do not matter, nor do those of
    /// other sessions.</summary>
    private Task CountWritesAsync() => own.Api.Database.ExecuteAsync(own.Kind == DatabaseKind.Sqlite
        ? """
            CREATE TABLE writes (session_id text);
            CREATE TRIGGER count_writes AFTER UPDATE OF last_seen_at ON sessions BEGIN INSERT INTO writes VALUES (NEW.id); END
            """
        : """
            CREATE TABLE writes (session_id text);
            CREATE FUNCTION count_writes() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO writes VALUES (NEW.id); RETURN NULL; END';
            CREATE TRIGGER count_writes AFTER UPDATE OF last_seen_at ON sessions FOR EACH ROW EXECUTE FUNCTION count_writes()
            """);

    private async Task<int> ReadWritesAsync(Tokens tokens) =>
        (await own.Api.Database.ReadAsync($"SELECT 1 FROM writes WHERE lower(session_id) = '{tokens.SessionId}'")).Count;

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

    private Task WaitForLastSeenAsync(Tokens tokens, DateTimeOffset minute) =>
        Eventually.IsTrueAsync(async () => await LastSeenAsync(tokens) == minute, $"last seen at {minute:O}");

    private async Task<Tokens> LogInRawAsync(byte[] userAgent)
    {
        var answer = await SendLoginAsync(userAgent);
        Assert.Equal(200, answer.Status);
        return Tokens.From(JsonSerializer.Deserialize<JsonElement>(answer.Body));
    }

    /// <summary>Logs in over a raw connection: <see cref="HttpClient"/> sends only ASCII headers.</summary>
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
}
