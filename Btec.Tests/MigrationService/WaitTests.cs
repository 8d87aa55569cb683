using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.MigrationService;

/// <summary>Waiting for a database that is down, and failing at once on one that refuses.</summary>
public sealed class WaitTests
{
    private const string Password = "sesame-sesame";

    private static readonly (string Name, string? Value) Briefly = ("Migrations:WaitForDatabase", "00:00:02");

    [Fact]
    public async Task A_database_that_comes_up_late_is_waited_for()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var port = FreePort.Find();
        await using var worker = BtecProcess.StartWorker(database.ToSettings(("ConnectionStrings:btecdb", At(address, port))));
        await worker.WaitForLineAsync("Waiting for the database");

        await using var forwarder = TcpForwarder.To(address.Host!, address.Port, port);

        (await worker.WaitForEndAsync()).AssertExitCode(0);
        Assert.Equal(["0"], await database.ReadAsync("SELECT count(*) FROM users"));
    }

    [Fact]
    public async Task SIGTERM_while_waiting_ends_the_worker_at_once()
    {
        await using var worker = BtecProcess.StartWorker(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["DATABASE_URL"] = UrlAt(FreePort.Find()) });
        await worker.WaitForLineAsync("Waiting for the database");

        await worker.TerminateAsync();

        (await worker.WaitForEndAsync()).AssertInterrupted();
    }

    [Fact]
    public async Task The_worker_gives_up_on_a_closed_port_after_the_configured_wait()
    {
        var end = await WorkerRuns.RunAsync(UrlAt(FreePort.Find()), Briefly);

        AssertGivenUp(end);
    }

    [Fact]
    public async Task The_worker_gives_up_on_a_server_that_never_answers_after_the_configured_wait()
    {
        await using var server = TcpForwarder.ToNothing();

        var end = await WorkerRuns.RunAsync(UrlAt(server.Port), Briefly);

        // Three connection attempts of 1 s each may be in progress when the time is up.
        AssertGivenUp(end);
    }

    [Fact]
    public async Task The_worker_gives_up_on_a_server_that_hangs_up_after_the_configured_wait()
    {
        await using var server = TcpForwarder.ToHangUp();

        AssertGivenUp(await WorkerRuns.RunAsync(UrlAt(server.Port), Briefly));
    }

    [Theory]
    [InlineData("57P03", "the database system is starting up")]
    [InlineData("57P03", "the database system is shutting down")]
    [InlineData("53300", "sorry, too many clients already")]
    public async Task A_server_that_is_not_ready_yet_is_waited_for(string sqlState, string message)
    {
        await using var server = TcpForwarder.ToPostgresError(sqlState, message);
        await using var worker = BtecProcess.StartWorker(
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["DATABASE_URL"] = UrlAt(server.Port) });

        await worker.WaitForLineAsync("Waiting for the database");
    }

    [Fact]
    public async Task A_wrong_password_is_not_an_outage_and_fails_at_once()
    {
        await using var server = TcpForwarder.ToPostgresError("28P01", "password authentication failed for user \"btec\"");

        var end = await WorkerRuns.RunAsync(UrlAt(server.Port));

        Assert.Contains("password authentication failed", end.AssertFailed(), StringComparison.Ordinal);
        end.AssertDidNotWait();
        Assert.DoesNotContain(Password, end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_role_is_not_an_outage_and_fails_at_once()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "nobody", Password = Password };

        var end = await database.RunWorkerAsync(("ConnectionStrings:btecdb", address.ToString()));

        end.AssertFailed();
        end.AssertDidNotWait();
        Assert.DoesNotContain(Password, end.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_create_the_missing_database_fails_at_once()
    {
        await using var database = await AbsentDatabase.CreateAsync();
        var role = $"{new NpgsqlConnectionStringBuilder(database.ConnectionString).Database}_role";
        await using var neighbor = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await neighbor.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{Password}'");
        try
        {
            var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = Password };

            var end = await WorkerRuns.RunAsync(address.ToString());

            end.AssertFailed();
            end.AssertDidNotWait();
            Assert.DoesNotContain(Password, end.Text, StringComparison.Ordinal);
        }
        finally
        {
            await neighbor.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    /// <summary>Checks that the worker failed well before the default wait of a minute.</summary>
    private static void AssertGivenUp(ProcessEnd end)
    {
        end.AssertFailed();
        Assert.True(end.Elapsed < TimeSpan.FromSeconds(20), $"It took {end.Elapsed}.");
        Assert.DoesNotContain(Password, end.Text, StringComparison.Ordinal);
    }

    private static string At(NpgsqlConnectionStringBuilder address, int port) =>
        new NpgsqlConnectionStringBuilder(address.ToString()) { Host = "127.0.0.1", Port = port }.ToString();

    private static string UrlAt(int port) => $"postgres://btec:{Password}@127.0.0.1:{port}/btec?connect_timeout=1";
}
