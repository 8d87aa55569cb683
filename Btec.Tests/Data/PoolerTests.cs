using System.Net;
using Btec.Tests.Contract;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Btec.Tests.Data;

/// <summary>A pooler that gives each transaction another session, in which neither prepared statements nor locks of the session
/// survive.</summary>
public sealed class PoolerTests
{
    [Fact]
    public async Task Worker_and_API_work_behind_PgBouncer_in_transaction_mode()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var pooler = await PgBouncerServer.StartAsync(database);
        var setting = pooler.ConnectionString + ";Pgbouncer=true";

        // A lock that the first left in a session would block the second.
        (await WorkerRuns.RunAsync(setting)).AssertExitCode(0);
        (await WorkerRuns.RunAsync(setting, ("Migrations:WaitForOtherWorker", "00:00:02"))).AssertExitCode(0);
        Assert.Equal(
            ["0"],
            await database.ReadAsync(
                """
                SELECT count(*) FROM pg_locks
                WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """));

        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = setting },
            migrate: false);
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using var login = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
            var tokens = await login.ReadJsonAsync();
            using var refreshed = await client.PostFormAsync(
                "/api/auth/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.GetProperty("refresh_token").GetString()!));
            Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
            using var me = await client.GetMeAsync(tokens.GetProperty("access_token").GetString());
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        }));
    }

    [Fact]
    public async Task Without_the_parameter_the_worker_changes_nothing_and_names_it()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var pooler = await PgBouncerServer.StartAsync(database);

        var end = await WorkerRuns.RunAsync(pooler.ConnectionString);

        end.AssertRefused("pgbouncer=true");
        end.AssertRefused("ConnectionStrings:btecdb");
        Assert.Equal([""], await database.ReadAsync("SELECT coalesce(to_regclass('users')::text, '')"));
    }

    [Fact]
    public async Task While_other_clients_share_its_sessions_the_pooler_is_found_too()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var pooler = await PgBouncerServer.StartAsync(database, sessions: 8);
        using var end = new CancellationTokenSource();
        var others = Enumerable.Range(0, 4).Select(_ => OccupyAsync(pooler, end.Token)).ToList();

        (await WorkerRuns.RunAsync(pooler.ConnectionString)).AssertRefused("pgbouncer=true");

        await end.CancelAsync();
        await Task.WhenAll(others);
    }

    [Theory]
    [InlineData("session", "")]
    [InlineData("transaction", ";Max Auto Prepare=0")]
    public async Task Where_sessions_are_kept_or_nothing_is_prepared_no_parameter_is_required(string mode, string parameters)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var pooler = await PgBouncerServer.StartAsync(database, mode, sessions: 8);

        (await WorkerRuns.RunAsync(pooler.ConnectionString + parameters)).AssertExitCode(0);
    }

    [Fact]
    public async Task Without_the_parameter_the_API_is_not_ready_and_an_outage_names_it()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var pooler = await PgBouncerServer.StartAsync(database);
        (await database.RunWorkerAsync()).AssertExitCode(0);

        using var logs = new CollectedLogs();
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = pooler.ConnectionString },
            migrate: false,
            addServices: services => services.AddSingleton<ILoggerProvider>(logs));
        var client = api.CreateClient();
        await HealthTests.AssertUnreadyAsync(client);
        Assert.Contains(logs.Lines, line => line.Contains("Add the parameter pgbouncer=true", StringComparison.Ordinal));

        var answers = new List<HttpStatusCode>();
        // A statement is prepared once a connection has run it five times.
        for (var round = 0; round < 10 && !answers.Contains(HttpStatusCode.ServiceUnavailable); round++)
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => RegisterAsync(client))));

        Assert.Contains(HttpStatusCode.ServiceUnavailable, answers);
        Assert.True(
            !answers.Contains(HttpStatusCode.InternalServerError),
            logs.Lines.FirstOrDefault(line => line.Contains("unhandled exception", StringComparison.OrdinalIgnoreCase)));
        Assert.Contains(logs.Lines, line => line.Contains("in transaction mode, add pgbouncer=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_cannot_get_its_turn_says_so_and_fails_after_its_wait()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var other = await database.ConnectAsync();
        await other.ExecuteAsync("SELECT pg_advisory_lock(x'627465630002'::bigint)");

        var end = await database.RunWorkerAsync(("Migrations:WaitForOtherWorker", "00:00:01"));

        Assert.Contains("connect directly", end.AssertFailed(), StringComparison.Ordinal);
        Assert.Contains("Waiting for another worker", end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_SQLite_a_worker_waits_as_long_for_another_and_then_fails()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var other = new FileStream(database.ToFile() + ".migrating", FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var end = await database.RunWorkerAsync(("Migrations:WaitForOtherWorker", "00:00:01"));

        Assert.Contains("Another worker", end.AssertFailed(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_hosts_the_one_that_accepts_writes_is_used()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var starting = TcpForwarder.ToPostgresError("57P03", "the database system is starting up");
        var hosts = $"127.0.0.1:{FreePort.Find()},127.0.0.1:{starting.Port},{address.Host}:{address.Port}";
        var credentials = string.IsNullOrEmpty(address.Password) ? address.Username : $"{address.Username}:{Uri.EscapeDataString(address.Password)}";
        var url = $"postgres://{credentials}@{hosts}/{address.Database}?target_session_attrs=read-write";

        (await WorkerRuns.RunAsync(url)).AssertExitCode(0);
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = url },
            migrate: false);
        var email = ApiMoves.NewEmail();
        await api.CreateClient().RegisterAsync(email);
        using var me = await api.CreateClient().GetMeAsync(await api.CreateClient().LoginAsync(email));
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    /// <summary>Runs one short transaction after another through the pooler.</summary>
    private static async Task OccupyAsync(PgBouncerServer pooler, CancellationToken end)
    {
        var address = new NpgsqlConnectionStringBuilder(pooler.ConnectionString) { Pooling = false, NoResetOnClose = true };
        await using var connection = new NpgsqlConnection(address.ToString());
        await connection.OpenAsync(CancellationToken.None);
        while (!end.IsCancellationRequested)
            await connection.ExecuteAsync("SELECT pg_sleep(0.001)");
    }

    private static async Task<HttpStatusCode> RegisterAsync(HttpClient client)
    {
        using var response = await client.PostJsonAsync(
            "/api/auth/register", new { email = ApiMoves.NewEmail(), password = ApiMoves.Password });
        return response.StatusCode;
    }
}
