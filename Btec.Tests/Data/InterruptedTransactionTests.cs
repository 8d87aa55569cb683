using System.Net;
using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Data;

/// <summary>Requests whose transaction is interrupted, at each of its statements.</summary>
public sealed class InterruptedTransactionTests
{
    public enum Move
    {
        Register,
        Login,
        Refresh,
        ChangePassword,
        Logout,
    }

    [Theory]
    [InlineData(Move.Register)]
    [InlineData(Move.Login)]
    [InlineData(Move.Refresh)]
    public async Task After_a_time_out_a_request_opens_no_further_connection_and_is_answered_503(Move move)
    {
        await using var run = await Run.StartAsync(move);

        var answers = await run.InterruptAsync(InterruptedTransactions.Interruption.Hang);

        foreach (var answer in answers)
            await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");

        // Two time-outs in a row would exceed the 5 seconds of the contract.
        Assert.Equal(0, run.Transactions.OpenedAfterwards);
        await run.Database.AssertConsistentAsync();
    }

    [Theory]
    [InlineData(Move.Register)]
    [InlineData(Move.Login)]
    [InlineData(Move.Refresh)]
    [InlineData(Move.ChangePassword)]
    [InlineData(Move.Logout)]
    public async Task After_a_lost_connection_the_whole_transaction_is_repeated(Move move)
    {
        await using var run = await Run.StartAsync(move);

        var answers = await run.InterruptAsync(InterruptedTransactions.Interruption.Reset);

        foreach (var answer in answers)
            Assert.True(answer.IsSuccessStatusCode, await answer.ReadTextAsync());

        await run.Database.AssertConsistentAsync();
    }

    /// <summary>The users who make a move at the same time, one for each statement of its transaction.</summary>
    private sealed class Run(TestDatabase database, InterruptedTransactions transactions, BtecApi api, Move move) : IAsyncDisposable
    {
        private readonly List<HttpResponseMessage> _answers = [];

        public TestDatabase Database => database;

        public InterruptedTransactions Transactions => transactions;

        public static async Task<Run> StartAsync(Move move)
        {
            var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
            var transactions = new InterruptedTransactions(database);
            var api = await BtecApi.StartAsync(
                DatabaseKind.Sqlite,
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["ConnectionStrings:btecdb"] = transactions.ConnectionString,
                },
                migrate: false);
            return new Run(database, transactions, api, move);
        }

        /// <summary>Makes the move once for the number of its statements, then at the same time as often, with interruptions.</summary>
        public async Task<IReadOnlyList<HttpResponseMessage>> InterruptAsync(InterruptedTransactions.Interruption interruption)
        {
            using var client = api.CreateClient();
            using (var first = await MakeAsync(client, await PrepareAsync(client)))
                Assert.True(first.IsSuccessStatusCode, await first.ReadTextAsync());

            var statements = transactions.Statements;
            var users = new List<(string Email, Tokens? Tokens)>();
            for (var user = 0; user < statements; user++)
                users.Add(await PrepareAsync(client));

            transactions.Interrupt(statements, interruption);
            _answers.AddRange(await Task.WhenAll(users.Select(user => MakeAsync(client, user))));
            Assert.True(statements > 1);
            Assert.Equal(statements, transactions.Interrupted);
            return _answers;
        }

        public async ValueTask DisposeAsync()
        {
            _answers.ForEach(answer => answer.Dispose());
            await api.DisposeAsync();
            await transactions.DisposeAsync();
            await database.DisposeAsync();
        }

        private async Task<(string Email, Tokens? Tokens)> PrepareAsync(HttpClient client)
        {
            var email = ApiMoves.NewEmail();
            if (move == Move.Register)
                return (email, null);

            await client.RegisterAsync(email);
            return (email, move == Move.Login ? null : await client.StartSessionAsync(email));
        }

        private Task<HttpResponseMessage> MakeAsync(HttpClient client, (string Email, Tokens? Tokens) user) => move switch
        {
            Move.Register => client.PostJsonAsync("/api/auth/register", new { email = user.Email, password = ApiMoves.Password }),
            Move.Login => client.PostFormAsync("/api/auth/login", ("username", user.Email), ("password", ApiMoves.Password)),
            Move.Refresh => client.TryRefreshAsync(user.Tokens!.Refresh),
            Move.ChangePassword => client.SendJsonAsync(
                HttpMethod.Post, "/api/users/me/password", user.Tokens!.Access,
                new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword }),
            _ => client.LogOutAsync(user.Tokens!.Access),
        };
    }
}
