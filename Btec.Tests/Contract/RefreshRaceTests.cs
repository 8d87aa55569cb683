using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class RefreshRaceTests(OwnApi own)
{
    private const int Requests = 100;

    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : RefreshRaceTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : RefreshRaceTests(own), IClassFixture<OwnPostgresApi>
    {
        /// <summary>Deleting a session locks the session first and then its tokens; any other order could deadlock.</summary>
        [Fact]
        public async Task A_refresh_that_waits_for_its_session_holds_no_lock_on_its_token()
        {
            var first = await Own.Api.CreateClient().StartSessionOfNewUserAsync();
            await using var deleting = await Own.Api.Database.ConnectAsync();
            await deleting.ReadAsync($"BEGIN; SELECT 1 FROM sessions WHERE id = '{first.SessionId}' FOR UPDATE");
            var refreshing = Own.Api.CreateClient().RefreshAsync(first.Refresh);
            await deleting.WaitForBlockedAsync();

            await deleting.ReadAsync(
                $"SELECT 1 FROM refresh_tokens WHERE session_id = '{first.SessionId}' FOR UPDATE NOWAIT; COMMIT");

            await Own.Api.CreateClient().AssertAliveAsync(await refreshing);
        }
    }

    private protected OwnApi Own => own;

    [Fact]
    [Asvs("2.3.4")]
    public async Task A_hundred_simultaneous_refreshes_of_one_token_return_one_successor()
    {
        var first = await _client.StartSessionOfNewUserAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => _client.RefreshAsync(first.Refresh)));

        var successor = Assert.Single(answers.Select(answer => answer.Refresh).Distinct(StringComparer.Ordinal));
        Assert.All(answers, answer => Assert.Equal(first.SessionId, answer.SessionId));
        Assert.Equal(Requests, answers.Select(answer => answer.Access).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((2, 1), await CountTokensAsync(first));
        await _client.AssertAliveAsync(answers[0] with { Refresh = successor });
    }

    [Fact]
    public async Task A_hundred_simultaneous_refreshes_after_the_grace_period_end_the_session()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);
        own.Api.Clock.Advance(RefreshTimes.Grace + RefreshTimes.Second);

        var codes = await Task.WhenAll(Enumerable.Range(0, Requests).Select(async _ =>
        {
            using var answer = await _client.TryRefreshAsync(first.Refresh);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            return (await answer.ReadJsonAsync()).GetProperty("code").GetString();
        }));

        Assert.Contains(codes, code => code == "refresh_token_reused");
        Assert.All(codes, code => Assert.True(code is "refresh_token_reused" or "session_ended", code));
        await _client.AssertEndedAsync(second);
    }

    [Fact]
    public async Task A_refresh_that_races_a_logout_leaves_no_valid_token()
    {
        for (var round = 0; round < 10; round++)
        {
            var first = await _client.StartSessionOfNewUserAsync();

            var refreshing = Enumerable.Range(0, 5).Select(_ => _client.TryRefreshAsync(first.Refresh)).ToList();
            using var logout = await _client.LogOutAsync(first.Access);
            var answers = await Task.WhenAll(refreshing);

            Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
            await _client.AssertEndedAsync(first);
            foreach (var answer in answers)
            {
                if (answer.StatusCode == HttpStatusCode.OK)
                    await _client.AssertEndedAsync(Tokens.From(await answer.ReadJsonAsync()));
                else
                    await answer.AssertOAuthErrorAsync("invalid_grant", "session_ended");
            }
        }
    }

    [Fact]
    public async Task A_refresh_that_races_the_deletion_of_its_user_causes_no_server_error()
    {
        for (var round = 0; round < 5; round++)
        {
            var email = ApiMoves.NewEmail();
            await _client.RegisterAsync(email);
            var first = await _client.StartSessionAsync(email);

            var refreshing = Enumerable.Range(0, 10).Select(_ => _client.TryRefreshAsync(first.Refresh)).ToList();
            await own.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == email).ExecuteDeleteAsync());
            var answers = await Task.WhenAll(refreshing);

            Assert.All(answers, answer => Assert.True(
                answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"The status is {(int)answer.StatusCode}."));
            await _client.AssertEndedAsync(first, "refresh_token_invalid");
        }
    }

    private async Task<(int All, int Unused)> CountTokensAsync(Tokens tokens)
    {
        var id = Guid.Parse(tokens.SessionId);
        var used = await own.Api.WithDatabaseAsync(database => database.RefreshTokens
            .Where(token => token.SessionId == id).Select(token => token.ConsumedAt != null).ToListAsync());
        return (used.Count, used.Count(isUsed => !isUsed));
    }
}
