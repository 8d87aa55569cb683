using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Sessions;

/// <summary>Two API processes that share nothing but a PostgreSQL database.</summary>
public sealed class TwoProcessTests
{
    private const int Crowd = 100;

    [Fact]
    public async Task A_hundred_refreshes_of_one_token_through_both_processes_yield_one_successor()
    {
        await using var both = await TwoProcesses.StartAsync();
        var first = await both.Left.StartSessionOfNewUserAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(number =>
            (number % 2 == 0 ? both.Left : both.Right).RefreshAsync(first.Refresh)));

        var successor = Assert.Single(answers.Select(answer => answer.Refresh).Distinct(StringComparer.Ordinal));
        Assert.All(answers, answer => Assert.Equal(first.SessionId, answer.SessionId));
        Assert.Equal(["False | 1", "True | 1"], await both.Database.ReadAsync(
            "SELECT consumed_at IS NOT NULL, count(*) FROM refresh_tokens GROUP BY 1 ORDER BY 1"));
        foreach (var answer in answers.Take(4))
        {
            using var left = await both.Left.GetMeAsync(answer.Access);
            using var right = await both.Right.GetMeAsync(answer.Access);
            Assert.Equal(HttpStatusCode.OK, left.StatusCode);
            Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        }

        // Repeated, so that either process wins and loses the race.
        for (var round = 0; round < 5; round++)
        {
            var token = successor;
            var next = await Task.WhenAll(Enumerable.Range(0, 10).Select(number =>
                (number % 2 == round % 2 ? both.Left : both.Right).RefreshAsync(token)));
            successor = Assert.Single(next.Select(answer => answer.Refresh).Distinct(StringComparer.Ordinal));
        }

        await both.Right.AssertAliveAsync(answers[0] with { Refresh = successor });
    }

    [Fact]
    public async Task A_session_ended_in_one_process_is_refused_by_the_other_on_the_next_request()
    {
        await using var both = await TwoProcesses.StartAsync(("Sessions:RefreshGrace", "00:00:01"));
        await TryReuseAsync(both);

        var email = ApiMoves.NewEmail();
        await both.Left.RegisterAsync(email);
        var (here, there, third) = (
            await both.Left.StartSessionAsync(email), await both.Right.StartSessionAsync(email), await both.Right.StartSessionAsync(email));
        using var local = await both.Right.LogOutAsync(here.Access);
        Assert.Equal(HttpStatusCode.NoContent, local.StatusCode);
        await both.Left.AssertEndedAsync(here);
        using var revoked = await both.Left.PostFormAsync("/api/auth/revoke", ("token", there.Refresh));
        await both.Right.AssertEndedAsync(there);
        using var ended = await both.Left.SendAsync(HttpMethod.Delete, $"/api/users/me/sessions/{third.SessionId}", third.Access);
        await both.Right.AssertEndedAsync(third);
    }

    /// <summary>Reuses a token after the grace window, which ends its session in both processes.</summary>
    private static async Task TryReuseAsync(TwoProcesses both)
    {
        var first = await both.Left.StartSessionOfNewUserAsync();
        var second = await both.Right.RefreshAsync(first.Refresh);
        await Task.Delay(TimeSpan.FromSeconds(1.2), TestContext.Current.CancellationToken);

        using var reused = await both.Left.TryRefreshAsync(first.Refresh);

        await reused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await both.Right.AssertEndedAsync(second);
        await both.Left.AssertEndedAsync(second);
    }

    private sealed class TwoProcesses : IAsyncDisposable
    {
        private readonly BtecProcess[] _processes;

        private TwoProcesses(TestDatabase database, BtecProcess[] processes, HttpClient left, HttpClient right) =>
            (Database, _processes, Left, Right) = (database, processes, left, right);

        public TestDatabase Database { get; }

        public HttpClient Left { get; }

        public HttpClient Right { get; }

        public static async Task<TwoProcesses> StartAsync(params (string Name, string? Value)[] settings)
        {
            var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
            var all = database.ToSettings(
                [("ASPNETCORE_ENVIRONMENT", "Testing"), ("Jwt:SigningKey", BtecApi.SigningKey), ("Passwords:WorkFactor", "4"), .. settings]);
            BtecProcess[] processes = [BtecProcess.StartApi(all), BtecProcess.StartApi(all)];
            return new TwoProcesses(database, processes, await processes[0].ConnectAsync(), await processes[1].ConnectAsync());
        }

        public async ValueTask DisposeAsync()
        {
            Left.Dispose();
            Right.Dispose();
            foreach (var process in _processes)
                await process.DisposeAsync();

            await Database.DisposeAsync();
        }
    }
}
