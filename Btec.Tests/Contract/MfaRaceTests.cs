using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>Simultaneous second steps, through two instances that share nothing but the database, and one whose session cannot be
/// started.</summary>
public abstract class MfaRaceTests(DatabaseKind kind)
{
    private const int Crowd = 100;

    public sealed class OnSqlite() : MfaRaceTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MfaRaceTests(DatabaseKind.Postgres);

    [Fact]
    [Asvs("2.3.4", "6.5.1")]
    public async Task Of_a_hundred_simultaneous_attempts_with_one_token_and_one_code_one_succeeds()
    {
        await using var both = await TwoInstances.StartAsync(kind);
        var (id, email, app) = await both.Left.RegisterWithTotpAsync();
        var (token, code) = (await both.Left.CreateClient().BeginLoginAsync(email), app.Code);

        var codes = await both.SendAsync(Crowd, (client, _) => client.CompleteAsync(token, code));

        Assert.Equal(["mfa_token_invalid 99", "success 1"], codes);
        Assert.Equal(1, await both.CountSessionsAsync(id));
    }

    [Fact]
    [Asvs("2.3.4", "6.5.1")]
    public async Task Of_a_hundred_simultaneous_logins_with_one_code_one_succeeds()
    {
        await using var both = await TwoInstances.StartAsync(kind);
        var (id, email, app) = await both.Left.RegisterWithTotpAsync();
        var code = app.Code;

        var codes = await both.SendAsync(Crowd, (client, number) => number % 4 < 2
            ? client.TryLogInAsync(email, code)
            : client.TryGrantAsync(email, code));

        Assert.Equal(["code_wrong 99", "success 1"], codes);
        Assert.Equal(1, await both.CountSessionsAsync(id));
    }

    [Fact]
    [Asvs("2.3.4", "6.5.1")]
    public async Task Of_twenty_pending_logins_one_gets_a_session_for_one_recovery_code()
    {
        await using var both = await TwoInstances.StartAsync(kind);
        var (id, email, _) = await both.Left.RegisterWithTotpAsync();
        var code = (await both.Left.AddRecoveryCodesAsync(id))[0];
        var tokens = new List<string>();
        for (var login = 0; login < 20; login++)
            tokens.Add(await both.Left.CreateClient().BeginLoginAsync(email));

        var codes = await both.SendAsync(
            tokens.Count, (client, number) => client.PostJsonAsync(MfaMoves.Route, new { mfa_token = tokens[number], recovery_code = code }));

        Assert.Equal(["code_wrong 19", "success 1"], codes);
        Assert.Equal(1, await both.CountSessionsAsync(id));
        Assert.Equal(9, await both.Left.WithDatabaseAsync(database => database.RecoveryCodes.CountAsync(row => row.UserId == id)));
    }

    [Fact]
    [Asvs("2.3.2", "6.3.1")]
    public async Task Of_a_hundred_simultaneous_guesses_five_are_tried()
    {
        await using var both = await TwoInstances.StartAsync(kind);
        var (id, email, app) = await both.Left.RegisterWithTotpAsync();
        var (token, wrong) = (await both.Left.CreateClient().BeginLoginAsync(email), app.WrongCode);

        var codes = await both.SendAsync(Crowd, (client, _) => client.CompleteAsync(token, wrong));

        Assert.Equal(["code_wrong 5", "mfa_token_invalid 95"], codes);
        Assert.Equal(5, await both.Left.WithDatabaseAsync(database => database.PendingLogins
            .Where(login => login.UserId == id).Select(login => login.Attempts).SingleAsync()));
        using var right = await both.Right.CreateClient().CompleteAsync(token, app.Code);
        await right.AssertMfaTokenInvalidAsync();
    }

    [Fact]
    [Asvs("2.3.3")]
    public async Task A_session_that_cannot_be_started_uses_up_neither_the_code_nor_the_token()
    {
        await using var both = await TwoInstances.StartAsync(kind);
        var client = both.Left.CreateClient();
        var (id, email, app) = await both.Left.RegisterWithTotpAsync();
        var recoveryCode = (await both.Left.AddRecoveryCodesAsync(id))[0];
        var (token, other) = (await client.BeginLoginAsync(email), await client.BeginLoginAsync(email));
        await both.RefuseSessionsAsync();

        // More often than a token has attempts.
        for (var attempt = 0; attempt < 6; attempt++)
        {
            using var failed = await client.CompleteAsync(token, app.Code);
            using var failedLogin = await client.TryLogInAsync(email, app.Code);
            using var failedRecovery = await client.PostJsonAsync(MfaMoves.Route, new { mfa_token = token, recovery_code = recoveryCode });
            Assert.Equal(
                [HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError],
                new[] { failed.StatusCode, failedLogin.StatusCode, failedRecovery.StatusCode });
        }

        await both.AdmitSessionsAsync();
        Assert.Equal(0, await both.CountSessionsAsync(id));
        using var completed = await client.CompleteAsync(token, app.Code);
        await completed.AssertLoggedInAsync();
        using var recovered = await client.PostJsonAsync(MfaMoves.Route, new { mfa_token = other, recovery_code = recoveryCode });
        await recovered.AssertLoggedInAsync();
    }

    private sealed class TwoInstances : IAsyncDisposable
    {
        private readonly TestDatabase _database;

        private TwoInstances(TestDatabase database, BtecApi left, BtecApi right) => (_database, Left, Right) = (database, left, right);

        public BtecApi Left { get; }

        public BtecApi Right { get; }

        public static async Task<TwoInstances> StartAsync(DatabaseKind kind)
        {
            var database = await TestDatabase.CreateMigratedAsync(kind);
            var clock = new TestClock();
            return new TwoInstances(
                database, await BtecApi.StartInstanceAsync(database, clock), await BtecApi.StartInstanceAsync(database, clock));
        }

        /// <summary>Sends requests to both instances at once, and returns the codes of the answers with their numbers. A request that has
        /// waited too long for its turn is sent again, as its answer says: on a busy machine a hundred of one user can be more than a
        /// statement waits for. There is no other reason to, so none of them is part of a deadlock.</summary>
        public async Task<List<string>> SendAsync(int count, Func<HttpClient, int, Task<HttpResponseMessage>> send)
        {
            var (left, right) = (Left.CreateClient(), Right.CreateClient());
            var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
            {
                while (true)
                {
                    using var response = await send(number % 2 == 0 ? left : right, number);
                    if (response is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null })
                        continue;

                    var answer = await response.ReadJsonAsync();
                    return response.StatusCode == HttpStatusCode.OK ? "success" : answer.GetProperty("code").GetString()!;
                }
            })).WaitAsync(Eventually.Limit, TestContext.Current.CancellationToken);
            if (_database.Kind == DatabaseKind.Postgres)
                Assert.Equal(["0"], await _database.ReadAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));

            return [.. answers.GroupBy(code => code, StringComparer.Ordinal).Select(same => $"{same.Key} {same.Count()}")
                .Order(StringComparer.Ordinal)];
        }

        public Task<int> CountSessionsAsync(int userId) =>
            Left.WithDatabaseAsync(database => database.Sessions.CountAsync(session => session.UserId == userId));

        public Task RefuseSessionsAsync() => _database.ExecuteAsync(_database.Kind == DatabaseKind.Sqlite
            ? "CREATE TRIGGER refused BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'refused'); END"
            : """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END';
                CREATE TRIGGER refused BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION refuse()
                """);

        public Task AdmitSessionsAsync() => _database.ExecuteAsync(_database.Kind == DatabaseKind.Sqlite
            ? "DROP TRIGGER refused"
            : "DROP TRIGGER refused ON sessions");

        public async ValueTask DisposeAsync()
        {
            await Left.DisposeAsync();
            await Right.DisposeAsync();
            await _database.DisposeAsync();
        }
    }
}
