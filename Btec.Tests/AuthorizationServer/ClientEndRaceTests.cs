using System.Data.Common;
using System.Net;
using Btec.Data.Accounts;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Codes that are redeemed and tokens that are refreshed at the moment at which what they stand for ends.</summary>
public abstract class ClientEndRaceTests(SharedApi shared)
{
    private static readonly string[] s_ends = ["client deleted", "consent withdrawn", "user deactivated", "browser signed out"];
    private static readonly bool[] s_both = [true, false];

    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientEndRaceTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientEndRaceTests(shared);

    /// <summary>The kinds of end, and whether the end comes first; on SQLite the database decides.</summary>
    public static TheoryData<string, bool> Races => new(
        from end in s_ends from isFirst in s_both select (end, isFirst));

    /// <summary>The races of refreshes: who has a refresh token has <c>offline_access</c>, which outlasts the browser's session.</summary>
    public static TheoryData<string, bool> RefreshRaces => new(Races.Where(race => race.Data.Item1 != "browser signed out"));

    [Theory]
    [MemberData(nameof(Races))]
    public async Task Of_a_code_that_is_redeemed_meanwhile_no_token_lives(string end, bool isEndFirst)
    {
        var race = await StartAsync();
        // A session with offline_access outlasts the browser's once it has begun.
        var code = await _api.AddCodeAsync(
            race.ClientId, race.UserId, race.Browser, end == "browser signed out" ? "openid" : ClientCodes.AllScopes);

        var (ended, redeemed) = await RunAsync(
            isEndFirst,
            // Both write an audit event last.
            "SELECT id FROM audit_chains FOR UPDATE",
            () => EndAsync(race, end),
            () => _client.TryRedeemAsync(race.ClientId, code));

        using (ended)
        using (redeemed)
            await AssertNothingLivesAsync(race, ended, redeemed);
    }

    [Theory]
    [MemberData(nameof(RefreshRaces))]
    public async Task Of_a_token_that_is_refreshed_meanwhile_none_lives(string end, bool isEndFirst)
    {
        var race = await StartAsync();
        var answer = await _client.RedeemAsync(race.ClientId, await _api.AddCodeAsync(race.ClientId, race.UserId, race.Browser));
        var refresh = answer.GetProperty("refresh_token").GetString()!;
        var session = TokenForge.Open(answer.GetProperty("access_token").GetString()!).Claims.GetProperty("sid").GetString();

        var (ended, refreshed) = await RunAsync(
            isEndFirst,
            isEndFirst
                ? "SELECT id FROM audit_chains FOR UPDATE"
                : $"SELECT hash FROM refresh_tokens WHERE session_id = '{session}' FOR UPDATE",
            () => EndAsync(race, end),
            () => RefreshAsync(race, refresh));

        using (ended)
        using (refreshed)
            await AssertNothingLivesAsync(race, ended, refreshed, answer.GetProperty("access_token").GetString()!, refresh);
    }

    private async Task<Race> StartAsync()
    {
        var (user, _, tokens) = await _client.StartAccountAsync();
        var superuser = await _api.StartSessionOfSuperuserAsync();
        return new Race(user, tokens.Access, superuser.Access, await _api.AddClientAsync(), await _api.AddBrowserSessionAsync(user));
    }

    /// <summary>Sends two requests, the second of which arrives while the first is held before its end by a lock.</summary>
    private async Task<(HttpResponseMessage Ended, HttpResponseMessage Used)> RunAsync(
        bool isEndFirst, string hold, Func<Task<HttpResponseMessage>> end, Func<Task<HttpResponseMessage>> use)
    {
        await using var connection = await _api.Database.ConnectAsync();
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var isPostgres = _api.Database.Kind == DatabaseKind.Postgres;
        if (isPostgres)
            await connection.ExecuteAsync(hold);

        var first = isEndFirst ? end() : use();
        if (isPostgres)
            await connection.WaitForBlockedAsync();

        var second = isEndFirst ? use() : end();
        await (isPostgres ? WaitForQueueAsync(connection) : connection.WaitForBlockedAsync());
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        await Task.WhenAll(first, second).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
        return isEndFirst ? (await first, await second) : (await second, await first);
    }

    /// <summary>Waits until somebody waits for somebody who waits for this connection.</summary>
    private static Task WaitForQueueAsync(DbConnection holder) => Eventually.IsTrueAsync(
        async () => (await holder.ReadAsync(
            """
            SELECT 1 FROM pg_locks AS second INNER JOIN pg_locks AS first ON first.pid = ANY (pg_blocking_pids(second.pid))
            WHERE NOT second.granted AND NOT first.granted AND pg_backend_pid() = ANY (pg_blocking_pids(first.pid))
            """)).Count > 0,
        "the second request waits for the first");

    private Task<HttpResponseMessage> EndAsync(Race race, string end) => end switch
    {
        "client deleted" => _client.SendAsync(HttpMethod.Delete, $"{ClientMoves.Route}/{race.ClientId}", race.Superuser),
        "consent withdrawn" => _client.SendAsync(HttpMethod.Delete, $"/api/users/me/grants/{race.ClientId}", race.Access),
        "user deactivated" => _client.SendJsonAsync(
            HttpMethod.Patch, $"/api/users/{race.UserId}", race.Superuser, new { is_active = false }),
        _ => _client.SendAsync(HttpMethod.Delete, $"/api/users/me/sessions/{race.Browser}", race.Access),
    };

    private Task<HttpResponseMessage> RefreshAsync(Race race, string token) => _client.PostFormAsync(
        ClientCodes.TokenRoute, ("grant_type", "refresh_token"), ("client_id", race.ClientId), ("refresh_token", token));

    private async Task AssertNothingLivesAsync(Race race, HttpResponseMessage ended, HttpResponseMessage used, params string[] tokens)
    {
        Assert.True(ended.IsSuccessStatusCode, await ended.ReadTextAsync());
        // A deleted client is answered 401.
        Assert.True(
            used.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, await used.ReadTextAsync());
        var issued = used.StatusCode == HttpStatusCode.OK ? await used.ReadJsonAsync() : default;
        string[] names = ["access_token", "refresh_token"];
        tokens = [.. tokens, .. names.Where(name => issued.ValueKind != default && issued.TryGetProperty(name, out _))
            .Select(name => issued.GetProperty(name).GetString()!)];

        // What has ended does not come back with its user.
        await _api.ChangeUserAsync(race.UserId, user => user.IsActive = true);
        foreach (var token in tokens)
        {
            using var called = await _client.GetAsync("/oauth/userinfo", token);
            Assert.Equal(HttpStatusCode.Unauthorized, called.StatusCode);
            using var refreshed = await RefreshAsync(race, token);
            Assert.False(refreshed.IsSuccessStatusCode, await refreshed.ReadTextAsync());
        }

        Assert.Equal(0, await CountLivingAsync(race));
    }

    private Task<int> CountLivingAsync(Race race) => _api.WithDatabaseAsync(database => database.Sessions
        .Where(session => session.ClientId == race.ClientId).Living(_api.Clock.GetUtcNow()).CountAsync());

    /// <summary>A user of a client, who is signed in in a browser.</summary>
    private sealed record Race(int UserId, string Access, string Superuser, string ClientId, Guid Browser);
}
