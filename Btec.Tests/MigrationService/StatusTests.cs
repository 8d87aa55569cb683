using Btec.Tests.Infrastructure;

namespace Btec.Tests.MigrationService;

/// <summary>The command <c>--status</c>, which lists applied and pending migrations, one per line, and changes nothing.</summary>
public abstract class StatusTests(DatabaseKind kind)
{
    private const string Status = "--status";

    public sealed class OnSqlite() : StatusTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public async Task It_creates_no_file()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

            var end = await WorkerRuns.RunAsync(database.ToSettings(), Status);

            AssertLists(end, "pending");
            Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(database.ToFile())!));
        }

        [Fact]
        public async Task It_fails_on_a_file_that_is_not_a_database()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await File.WriteAllTextAsync(database.ToFile(), new string('x', 4096), TestContext.Current.CancellationToken);

            (await WorkerRuns.RunAsync(database.ToSettings(), Status)).AssertStatusFailed();
        }
    }

    public sealed class OnPostgres() : StatusTests(DatabaseKind.Postgres)
    {
        [Fact]
        public async Task It_creates_no_database()
        {
            await using var database = await AbsentDatabase.CreateAsync();

            var end = await WorkerRuns.RunAsync(
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = database.ConnectionString }, Status);

            AssertLists(end, "pending");
            Assert.False(await database.ExistsAsync());
        }

        [Fact]
        public async Task It_fails_without_waiting_if_the_server_is_down()
        {
            await AssertFailsAsync(FreePort.Find());
        }

        [Fact]
        public async Task It_does_not_take_a_server_that_hangs_up_for_an_empty_database()
        {
            await using var server = TcpForwarder.ToHangUp();

            await AssertFailsAsync(server.Port);
        }

        [Fact]
        public async Task It_does_not_take_a_server_that_never_answers_for_an_empty_database()
        {
            await using var server = TcpForwarder.ToNothing();

            await AssertFailsAsync(server.Port);
        }

        private static async Task AssertFailsAsync(int port)
        {
            var end = await WorkerRuns.RunAsync(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["DATABASE_URL"] = $"postgres://btec:sesame@127.0.0.1:{port}/btec?connect_timeout=1",
                },
                Status);

            end.AssertStatusFailed();
            end.AssertDidNotWait();
            Assert.DoesNotContain("pending", end.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("sesame", end.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Before_the_first_migration_all_are_pending_and_no_table_is_created()
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await database.ExecuteAsync("CREATE TABLE other (id integer)");

        var end = await WorkerRuns.RunAsync(database.ToSettings(), Status);

        AssertLists(end, "pending");
        Assert.Equal(["other"], await database.ReadAsync(
            kind == DatabaseKind.Sqlite
                ? "SELECT name FROM sqlite_master"
                : "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    [Asvs("6.3.2")]
    public async Task After_the_last_migration_all_are_applied_and_no_superuser_is_created()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);

        var end = await WorkerRuns.RunAsync(
            database.ToSettings(("FirstSuperuser:Email", "root@example.com"), ("FirstSuperuser:Password", ApiMoves.Password)), Status);

        AssertLists(end, "applied");
        Assert.Equal(["0"], await database.ReadAsync("SELECT count(*) FROM users"));
    }

    /// <summary>Checks that the list is the only output, so that other programs can read it.</summary>
    private protected static void AssertLists(ProcessEnd end, string state)
    {
        end.AssertExitCode(0);
        Assert.All(end.Output, line => Assert.Matches($"^{state}  [0-9]{{14}}_[A-Za-z]+$", line));
        Assert.EndsWith("_CreateUsers", end.Output[0], StringComparison.Ordinal);
        Assert.EndsWith("_AddSessions", end.Output[1], StringComparison.Ordinal);
        Assert.Empty(end.Error);
    }
}

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("status")]
    [InlineData("--stauts")]
    [InlineData("-x")]
    public async Task An_unknown_argument_is_refused(string argument)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

        var end = await WorkerRuns.RunAsync(database.ToSettings(), argument);

        end.AssertRefused(argument);
        Assert.False(File.Exists(database.ToFile()));
    }

    [Theory]
    [InlineData("--import", "--import", "--dry-run")]
    [InlineData("--import", "--import=users.ndjson", "--import=others.ndjson")]
    [InlineData("--import", "--import", "no-such-folder/users.ndjson")]
    [InlineData("--report", "--import", "users.ndjson", "--report", "./users.ndjson")]
    [InlineData("--allow-superusers", "--status", "--allow-superusers")]
    [InlineData("users.ndjson", "--import", "-", "users.ndjson")]
    public async Task An_import_without_its_file_or_with_a_stray_option_is_refused(string named, params string[] arguments)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

        var end = await WorkerRuns.RunAsync(database.ToSettings(), arguments);

        end.AssertRefused(named);
        Assert.False(File.Exists(database.ToFile()));
    }

    [Fact]
    public async Task An_import_into_a_database_that_is_not_migrated_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        using var files = new ImportFiles();
        await files.WriteAsync(["{}"]);

        var end = await WorkerRuns.RunAsync(database.ToSettings(), "--import", files.File);

        end.AssertExitCode(1);
        Assert.Contains("Run the worker without --import first", Assert.Single(end.Error), StringComparison.Ordinal);
        Assert.Empty(end.Output);
    }

    [Fact]
    public async Task A_setting_may_be_given_on_the_command_line()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

        var end = await WorkerRuns.RunAsync(
            new Dictionary<string, string?>(StringComparer.Ordinal), $"--ConnectionStrings:btecdb={database.ConnectionString}");

        end.AssertExitCode(0);
        Assert.True(File.Exists(database.ToFile()));
    }
}
