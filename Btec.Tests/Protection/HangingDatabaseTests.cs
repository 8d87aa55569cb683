using System.Diagnostics;
using System.Net;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Protection;

/// <summary>A database that accepts statements and does not answer.</summary>
public sealed class HangingDatabaseTests
{
    [Fact]
    [Asvs("15.2.2")]
    public async Task Requests_are_answered_503_within_5_seconds_and_served_once_the_database_answers()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
        var client = api.CreateClient();
        var (_, email, tokens) = await client.StartAccountAsync();

        await using (var scope = await HeldTables.TakeAsync(api))
        {
            await Task.WhenAll(
                AssertUnavailableAsync(() => client.GetMeAsync(tokens.Access)),
                AssertUnavailableAsync(() => client.TryLoginAsync(email)),
                AssertUnavailableAsync(() => client.TryRefreshAsync(tokens.Refresh)),
                AssertUnavailableAsync(() => client.PostJsonAsync(
                    "/api/auth/register", new { email = ApiMoves.NewEmail(), password = ApiMoves.Password })),
                AssertUnavailableAsync(() => client.PostJsonAsync("/api/auth/password-recovery", new { email })));
        }

        using var served = await client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task If_the_database_hangs_while_the_first_connections_are_made_requests_are_answered_503_within_5_seconds()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { SslMode = SslMode.Disable };
        await using var hanging = TcpForwarder.ToPostgresThatHangs(address.Host!, address.Port);
        (address.Host, address.Port) = ("127.0.0.1", hanging.Port);
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = address.ToString() },
            migrate: false);
        var client = api.CreateClient();
        var token = TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(api, 1));

        // The first connection loads the types of the database, and the others wait for it.
        await Task.WhenAll(Enumerable.Range(0, 3).SelectMany(_ => new[]
        {
            AssertUnavailableAsync(() => client.TryLoginAsync(ApiMoves.NewEmail())),
            AssertUnavailableAsync(() => client.GetMeAsync(token)),
        }));
    }

    [Fact]
    public async Task Requests_that_need_the_signing_keys_again_do_not_wait_for_each_other()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres, KeyMoves.Es256());
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        api.Clock.Advance(SigningKeySchedule.MaxCacheAge);

        await using (await HeldRows.TakeAsync(api.Database, "LOCK TABLE signing_keys"))
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AssertUnavailableAsync(() => client.GetMeAsync(tokens.Access))));

        await client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task Requests_for_the_figures_do_not_wait_for_each_other()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Postgres);
        var client = api.CreateClient();
        var superuser = await api.StartSessionOfSuperuserAsync();

        await using (await HeldRows.TakeAsync(api.Database, "LOCK TABLE outgoing_mails"))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AssertUnavailableAsync(
                () => client.GetAsync("/api/figures", superuser.Access))));
        }
    }

    private static async Task AssertUnavailableAsync(Func<Task<HttpResponseMessage>> send)
    {
        var watch = Stopwatch.StartNew();
        using var response = await send();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.InRange(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    /// <summary>A transaction whose table locks block every statement.</summary>
    private sealed class HeldTables(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<HeldTables> TakeAsync(BtecApi api)
        {
            var connection = new NpgsqlConnection(api.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "LOCK TABLE users, sessions, refresh_tokens IN ACCESS EXCLUSIVE MODE";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return new HeldTables(connection, transaction);
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
