using System.Net;
using Btec.Data.Audit;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Sessions;

/// <summary><c>Sessions:MaxPerUser</c>, with a limit of three.</summary>
public abstract class SessionLimitTests(SessionLimitTests.LimitedApi own)
{
    private const int Limit = 3;
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(LimitedSqliteApi own) : SessionLimitTests(own), IClassFixture<LimitedSqliteApi>;

    public sealed class OnPostgres(LimitedPostgresApi own) : SessionLimitTests(own), IClassFixture<LimitedPostgresApi>;

    [Fact]
    public async Task A_login_beyond_the_limit_ends_the_session_that_was_used_longest_ago()
    {
        var (id, email, first) = await _client.StartAccountAsync();
        var (second, third) = (await StartLaterAsync(email), await StartLaterAsync(email));
        await UseAsync(first, own.Api.Clock.GetUtcNow().AddMinutes(5));

        var fourth = await StartLaterAsync(email);

        await _client.AssertEndedAsync(second);
        Assert.Equal(
            [fourth.SessionId, third.SessionId, first.SessionId], SessionListMoves.IdsOf(await _client.ListSessionsAsync(fourth)));
        var ended = Assert.Single(await own.Api.GetAuditAsync(id, AuditTypes.SessionEnded));
        Assert.Equal(second.SessionId, ended.GetProperty("session_id").GetString());
        Assert.Equal("Sessions:MaxPerUser was reached", ended.GetProperty("details").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Of_sessions_used_in_the_same_minute_the_oldest_ends_first()
    {
        var (_, email, first) = await _client.StartAccountAsync();
        var second = await StartLaterAsync(email);
        await StartLaterAsync(email);

        await StartLaterAsync(email);
        await _client.AssertEndedAsync(first);
        await StartLaterAsync(email);
        await _client.AssertEndedAsync(second);
    }

    [Fact]
    public async Task Ended_and_expired_sessions_and_those_of_others_do_not_count()
    {
        var other = await _client.StartSessionOfNewUserAsync();
        var (_, email, first) = await _client.StartAccountAsync();
        var second = await _client.StartSessionAsync(email);
        var third = await _client.StartSessionAsync(email);
        using var logout = await _client.LogOutAsync(second.Access);

        await _client.StartSessionAsync(email);

        foreach (var alive in new[] { first, third, other })
            await _client.AssertAliveAsync(alive);
    }

    [Fact]
    public async Task Forty_simultaneous_logins_leave_exactly_the_limit()
    {
        var (id, email, first) = await _client.StartAccountAsync();

        var started = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _client.StartSessionAsync(email)));

        // The clock stands still, so the first session may be among those that stay.
        var alive = new List<string?>();
        foreach (var tokens in started.Prepend(first))
        {
            using var me = await _client.GetMeAsync(tokens.Access);
            Assert.True(me.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized, await me.ReadTextAsync());
            if (me.StatusCode == HttpStatusCode.OK)
                alive.Add(tokens.SessionId);
        }

        Assert.Equal(Limit, alive.Count);
        Assert.Equal(40 + 1 - Limit, (await own.Api.GetAuditAsync(id, AuditTypes.SessionEnded)).Count);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(20_000)]
    public async Task After_a_login_the_limit_holds_for_sessions_from_before_it_too(int before)
    {
        var (id, email, first) = await _client.StartAccountAsync();
        await own.Api.AddSessionsAsync(id, before);
        await UseAsync(first, own.Api.Clock.GetUtcNow().AddMinutes(5));

        var last = await _client.StartSessionAsync(email);

        var listed = SessionListMoves.IdsOf(await _client.ListSessionsAsync(last));
        Assert.Equal(Limit, listed.Count);
        Assert.Contains(first.SessionId, listed, StringComparer.Ordinal);
        Assert.Contains(last.SessionId, listed, StringComparer.Ordinal);
        await _client.AssertAliveAsync(first);
        await _client.AssertAliveAsync(last);
        Assert.True(await CountRevokedAsync(id) <= 1_000, "The number of rows written does not depend on the number of sessions.");
    }

    /// <summary>Logs in a moment after the last login.</summary>
    private Task<Tokens> StartLaterAsync(string email)
    {
        own.Api.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return _client.StartSessionAsync(email);
    }

    private Task<int> CountRevokedAsync(int userId) => own.Api.WithDatabaseAsync(
        database => database.Sessions.CountAsync(session => session.UserId == userId && session.RevokedAt != null));

    private Task<int> UseAsync(Tokens tokens, DateTimeOffset moment)
    {
        var id = Guid.Parse(tokens.SessionId);
        return own.Api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.LastSeenAt, moment)));
    }

    public abstract class LimitedApi(DatabaseKind kind) : SharedApi(kind)
    {
        private static readonly Dictionary<string, string?> Settings = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Sessions:MaxPerUser"] = "3",
        };

        protected override Task<BtecApi> StartAsync() => BtecApi.StartAsync(Kind, Settings);
    }

    public sealed class LimitedSqliteApi() : LimitedApi(DatabaseKind.Sqlite);

    public sealed class LimitedPostgresApi() : LimitedApi(DatabaseKind.Postgres);
}
