using System.Globalization;
using System.Net;
using System.Text.Json;
using Btec.Data.Audit;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Auditing;

public abstract class AuditEventTests(OwnApi own)
{
    private const string Route = "/api/audit-events";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : AuditEventTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : AuditEventTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    [Asvs("16.2.1", "16.3.1")]
    public async Task A_login_is_recorded_with_user_time_address_and_trace_id()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var tokens = await _client.StartSessionAsync(email, "curl/8.9.1");

        var login = Assert.Single(await own.Api.GetAuditAsync(id, AuditTypes.Login));

        Assert.Equal(
            ["actor_id", "address", "details", "id", "occurred_at", "outcome", "session_id", "trace_id", "type", "user_agent", "user_id"],
            ApiMoves.NamesOf(login));
        Assert.Equal("success", login.GetProperty("outcome").GetString());
        Assert.Equal(id, login.GetProperty("user_id").GetInt32());
        Assert.Equal(id, login.GetProperty("actor_id").GetInt32());
        Assert.Equal(tokens.SessionId, login.GetProperty("session_id").GetString());
        Assert.Equal("127.0.0.1", login.GetProperty("address").GetString());
        Assert.Equal("curl/8.9.1", login.GetProperty("user_agent").GetString());
        Assert.Equal(own.Api.Clock.GetUtcNow().ToUnixTimeSeconds(), login.GetProperty("occurred_at").GetDateTimeOffset().ToUnixTimeSeconds());
        Assert.Matches("^[0-9a-f]{32}$", login.GetProperty("trace_id").GetString());
    }

    [Fact]
    [Asvs("16.3.1")]
    public async Task A_wrong_password_is_recorded_with_the_trace_id_of_its_problem_and_without_the_password()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        using var refused = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", "not the password"));
        var problem = await refused.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");

        var failed = Assert.Single(await own.Api.GetAuditAsync(id, AuditTypes.Login));

        Assert.Equal("invalid_credentials", failed.GetProperty("outcome").GetString());
        Assert.Equal(JsonValueKind.Null, failed.GetProperty("actor_id").ValueKind);
        Assert.Equal(problem.GetProperty("trace_id").GetString(), failed.GetProperty("trace_id").GetString());
        Assert.DoesNotContain("not the password", failed.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    [Asvs("16.3.1")]
    public async Task A_login_to_an_unknown_account_is_recorded_without_its_address()
    {
        var email = ApiMoves.NewEmail();
        using var refused = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", "whatever it is"));
        var trace = (await refused.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials")).GetProperty("trace_id").GetString();

        var superuser = await own.Api.StartSessionOfSuperuserAsync();
        var failed = Assert.Single(
            await _client.GetAllAsync($"{Route}?type=login", superuser.Access, limit: 100),
            audited => audited.GetProperty("trace_id").GetString() == trace);

        Assert.Equal(JsonValueKind.Null, failed.GetProperty("user_id").ValueKind);
        Assert.DoesNotContain(email, failed.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_end_of_a_session_is_recorded_with_its_reason()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        var (first, second, third, fourth) = (
            await _client.StartSessionAsync(email), await _client.StartSessionAsync(email),
            await _client.StartSessionAsync(email), await _client.StartSessionAsync(email));

        using var deleted = await _client.SendAsync(HttpMethod.Delete, $"/api/users/me/sessions/{second.SessionId}", first.Access);
        own.Api.Clock.Advance(Second);
        using var revoked = await _client.PostFormAsync("/api/auth/revoke", ("token", third.Refresh));
        own.Api.Clock.Advance(Second);
        using var revokedAgain = await _client.PostFormAsync("/api/auth/revoke", ("token", third.Refresh));
        using var loggedOut = await _client.LogOutAsync(first.Access, "?scope=local");
        own.Api.Clock.Advance(Second);
        var used = await _client.RefreshAsync(fourth.Refresh);
        await _client.RefreshAsync(used.Refresh);
        using var stolen = await _client.TryRefreshAsync(fourth.Refresh);
        await stolen.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");

        List<string> ends =
        [
            .. (await own.Api.GetAuditAsync(id))
                .Where(audited => audited.GetProperty("type").GetString() is not ("login" or "user.registered"))
                .Select(audited =>
                    $"{audited.GetProperty("type")} {audited.GetProperty("outcome")} {audited.GetProperty("session_id")} {audited.GetProperty("actor_id")}"),
        ];

        Assert.Equal(
            [
                $"session.ended success {second.SessionId} {id}",
                $"session.ended success {third.SessionId} ",
                $"logout success {first.SessionId} {id}",
                $"session.refresh_token_reused refresh_token_reused {fourth.SessionId} ",
            ],
            ends);
    }

    [Fact]
    public async Task Pages_contain_every_event_once_newest_first_while_more_are_written()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        for (var login = 0; login < 9; login++)
        {
            await _client.LoginAsync(email);
            // Several events share one time, so that the time alone does not determine the order.
            if (login % 3 == 2)
                own.Api.Clock.Advance(Second);
        }

        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;
        var path = $"{Route}?user_id={id}&type=login";
        var first = await _client.GetPageAsync($"{path}&limit=4", superuser);
        await _client.LoginAsync(email);
        var rest = await _client.GetAllAsync($"{path}&cursor={first.GetProperty("next_cursor")}", superuser, limit: 100);
        var all = first.GetProperty("items").EnumerateArray().Concat(rest).ToList();

        Assert.Equal(9, all.Select(audited => audited.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(9, all.Count);
        var moments = all.Select(audited => audited.GetProperty("occurred_at").GetDateTimeOffset()).ToList();
        Assert.Equal<DateTimeOffset>([.. moments.OrderDescending()], moments);
        Assert.Equal(10, (await _client.GetAllAsync(path, superuser, limit: 3)).Count);
    }

    [Fact]
    public async Task A_time_range_includes_its_start_and_excludes_its_end()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        own.Api.Clock.Advance(TimeSpan.FromHours(1));
        await _client.LoginAsync(email);
        var login = Assert.Single(await own.Api.GetAuditAsync(id, AuditTypes.Login)).GetProperty("occurred_at").GetDateTimeOffset();
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;

        Assert.Equal(1, await CountAsync("from", login));
        Assert.Equal(0, await CountAsync("from", login.AddTicks(TimeSpan.TicksPerMicrosecond)));
        Assert.Equal(0, await CountAsync("to", login));
        Assert.Equal(1, await CountAsync("to", login.AddTicks(TimeSpan.TicksPerMicrosecond)));

        async Task<int> CountAsync(string name, DateTimeOffset moment) =>
            (await _client.GetPageAsync(
                string.Create(CultureInfo.InvariantCulture, $"{Route}?user_id={id}&type=login&{name}={moment.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}"), superuser))
            .GetProperty("items").GetArrayLength();
    }

    [Theory]
    [InlineData("user_id=abc", "user_id")]
    [InlineData("user_id=0", "user_id")]
    [InlineData("user_id=-1", "user_id")]
    [InlineData("user_id=2147483648", "user_id")]
    [InlineData("user_id=1&user_id=2", "user_id")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=ten&from=yesterday", "limit", "from")]
    [InlineData("from=2026-01-31", "from")]
    [InlineData("to=2026-01-31T09:30:00", "to")]
    [InlineData("to=9999-12-31T23:59:59-14:00", "to")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%00", "cursor")]
    [InlineData("cursor=________________________________", "cursor")]
    public async Task An_invalid_parameter_is_named(string query, params string[] members)
    {
        var superuser = (await own.Api.StartSessionOfSuperuserAsync()).Access;

        using var response = await _client.GetAsync($"{Route}?{query}", superuser);

        await response.AssertRefusedMembersAsync(members);
    }

    [Fact]
    [Asvs("16.4.2")]
    public async Task Only_superusers_can_read_audit_events()
    {
        using var nobody = await _client.GetAsync(Route, accessToken: null);
        using var somebody = await _client.GetAsync(Route, (await _client.StartSessionOfNewUserAsync()).Access);

        await nobody.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
        await somebody.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    [Asvs("2.3.3", "16.5.3")]
    public async Task A_change_and_its_event_are_committed_together_or_not_at_all()
    {
        var email = ApiMoves.NewEmail();
        var id = (await _client.RegisterAsync(email)).GetProperty("id").GetInt32();
        // The database refuses the event, and therefore the session too.
        await own.Api.Database.ExecuteAsync(own.Kind == DatabaseKind.Sqlite
            ? $"CREATE TRIGGER refuse BEFORE INSERT ON audit_events WHEN NEW.user_id = {id} BEGIN SELECT RAISE(ABORT, 'no'); END"
            : $"ALTER TABLE audit_events ADD CONSTRAINT refuse CHECK (user_id <> {id}) NOT VALID");
        try
        {
            using var response = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));

            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Equal(0, await own.Api.WithDatabaseAsync(database => database.Sessions.CountAsync(session => session.UserId == id)));
        }
        finally
        {
            await own.Api.Database.ExecuteAsync(
                own.Kind == DatabaseKind.Sqlite ? "DROP TRIGGER refuse" : "ALTER TABLE audit_events DROP CONSTRAINT refuse");
        }

        await _client.LoginAsync(email);
        Assert.Single(await own.Api.GetAuditAsync(id, AuditTypes.Login));
    }
}
