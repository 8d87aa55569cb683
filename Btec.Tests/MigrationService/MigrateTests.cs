using System.Globalization;
using System.Reflection;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Btec.Tests.MigrationService;

/// <summary>The worker as orchestrators see it: its exit code, and the database afterwards.</summary>
public abstract class MigrateTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : MigrateTests(DatabaseKind.Sqlite)
    {
        [Fact]
        public async Task The_lock_of_a_killed_worker_does_not_block_the_next()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await database.ExecuteAsync(
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00');
                """);

            (await database.RunWorkerAsync()).AssertExitCode(0);

            await AssertCurrentAsync(database);
        }

        [Fact]
        public async Task A_worker_killed_while_it_waits_for_the_file_leaves_it_usable()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using (var holder = await database.ConnectAsync())
            {
                await holder.ExecuteAsync("BEGIN EXCLUSIVE");
                await using var worker = await StartBlockedAsync(database);
                await worker.KillAsync();
                await holder.ExecuteAsync("ROLLBACK");
            }

            (await database.RunWorkerAsync()).AssertExitCode(0);

            await AssertCurrentAsync(database);
        }

        [Fact]
        public async Task SIGTERM_while_another_process_holds_the_file_ends_the_worker_at_once()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using var holder = await database.ConnectAsync();
            await holder.ExecuteAsync("BEGIN EXCLUSIVE");
            await using var worker = await StartBlockedAsync(database);

            await worker.TerminateAsync();

            (await worker.WaitForEndAsync()).AssertInterrupted();
        }

        [Fact]
        public async Task SIGTERM_while_waiting_for_another_worker_ends_the_worker_at_once()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using var other = new FileStream(database.ToFile() + ".migrating", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            await using var worker = BtecProcess.StartWorker(database.ToSettings());
            await worker.WaitForLineAsync("Application started");

            await worker.TerminateAsync();

            (await worker.WaitForEndAsync()).AssertInterrupted();
            Assert.False(File.Exists(database.ToFile()));
        }

        [Fact]
        public async Task A_folder_that_does_not_exist_fails_with_one_line()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            var file = Path.Combine(Path.GetDirectoryName(database.ToFile())!, "no", "such", "folder", "btec.db");

            var end = await WorkerRuns.RunAsync($"Data Source={file}", ("Migrations:WaitForDatabase", "00:00:01"));

            end.AssertFailed();
        }

        /// <summary>Starts a worker, and waits until it sends its first statement, which blocks on the file.</summary>
        private static async Task<BtecProcess> StartBlockedAsync(TestDatabase database)
        {
            var worker = BtecProcess.StartWorker(database.ToSettings(("Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command", "Debug")));
            await worker.WaitForLineAsync("Executing DbCommand");
            return worker;
        }
    }

    public sealed class OnPostgres() : MigrateTests(DatabaseKind.Postgres)
    {
        private const string BlockedWorkers =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()";

        [Fact]
        public async Task A_worker_killed_during_a_migration_leaves_no_partial_changes()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
            await using var holder = await BlockAsync(database);
            await using var worker = BtecProcess.StartWorker(database.ToSettings());
            await WaitForBlockedAsync(database);

            await worker.KillAsync();
            await holder.ExecuteAsync("ROLLBACK");

            (await database.RunWorkerAsync()).AssertExitCode(0);
            await AssertCurrentAsync(database);
        }

        [Fact]
        public async Task SIGTERM_during_a_migration_ends_the_worker_at_once_and_the_next_succeeds()
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
            await using var holder = await BlockAsync(database);
            await using var worker = BtecProcess.StartWorker(database.ToSettings());
            await WaitForBlockedAsync(database);

            await worker.TerminateAsync();

            (await worker.WaitForEndAsync()).AssertInterrupted();
            await holder.ExecuteAsync("ROLLBACK");
            (await database.RunWorkerAsync()).AssertExitCode(0);
            await AssertCurrentAsync(database);
        }

        [Fact]
        public async Task SIGTERM_while_another_worker_migrates_ends_the_worker_at_once()
        {
            await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
            await using var holder = await database.ConnectAsync();
            await holder.ExecuteAsync("BEGIN; LOCK TABLE \"__EFMigrationsHistory\" IN ACCESS EXCLUSIVE MODE");
            await using var worker = BtecProcess.StartWorker(database.ToSettings());
            await WaitForBlockedAsync(database);

            await worker.TerminateAsync();

            (await worker.WaitForEndAsync()).AssertInterrupted();
        }

        [Fact]
        public async Task A_database_that_does_not_exist_is_created()
        {
            await using var database = await AbsentDatabase.CreateAsync();

            var end = await WorkerRuns.RunAsync(database.ConnectionString);

            end.AssertExitCode(0);
            Assert.DoesNotContain("\"LogLevel\":\"Error\"", end.Text, StringComparison.Ordinal);
            await using var connection = await database.ConnectAsync();
            Assert.Equal(["0"], await connection.ReadAsync("SELECT count(*) FROM users"));
        }

        [Fact]
        public async Task Five_workers_at_once_create_a_database_that_does_not_exist()
        {
            await using var database = await AbsentDatabase.CreateAsync();

            var ends = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => WorkerRuns.RunAsync(database.ConnectionString)));

            Assert.All(ends, end => end.AssertExitCode(0));
            await using var connection = await database.ConnectAsync();
            var known = typeof(BtecDbContext).Assembly.GetTypes()
                .Count(type => type.GetCustomAttribute<DbContextAttribute>()?.ContextType == typeof(BtecDbContext)
                    && type.IsSubclassOf(typeof(Migration)));
            Assert.Equal(
                [known.ToString(CultureInfo.InvariantCulture)],
                await connection.ReadAsync("SELECT count(*) FROM \"__EFMigrationsHistory\""));
        }

        /// <summary>Creates a table of the same name in an open transaction, which blocks CREATE TABLE.</summary>
        private static async Task<System.Data.Common.DbConnection> BlockAsync(TestDatabase database)
        {
            var holder = await database.ConnectAsync();
            await holder.ExecuteAsync("BEGIN; CREATE TABLE users (id integer)");
            return holder;
        }

        private static Task WaitForBlockedAsync(TestDatabase database) =>
            Eventually.IsTrueAsync(async () => (await database.ReadAsync(BlockedWorkers)).Count > 0, "a worker waits for a lock");
    }

    [Fact]
    public async Task A_new_database_is_migrated_and_a_second_run_changes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        (await database.RunWorkerAsync()).AssertExitCode(0);
        await AssertCurrentAsync(database);
        (await database.RunWorkerAsync()).AssertExitCode(0);
        await AssertCurrentAsync(database);
    }

    [Fact]
    public async Task Five_workers_at_once_on_a_new_database_migrate_it_once_and_create_one_superuser()
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        var ends = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => database.RunWorkerAsync(
            ("FirstSuperuser:Email", "root@example.com"), ("FirstSuperuser:Password", ApiMoves.Password), ("Passwords:WorkFactor", "10"))));

        Assert.All(ends, end => end.AssertExitCode(0));
        await AssertCurrentAsync(database);
        Assert.Equal(["root@example.com"], await database.ReadAsync("SELECT email FROM users WHERE is_superuser"));
    }

    [Fact]
    public async Task A_failed_migration_ends_the_worker_with_exit_code_1_and_the_API_stays_unready()
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await database.ExecuteAsync("CREATE TABLE users (id integer)");

        var end = await database.RunWorkerAsync();

        Assert.Contains("users", end.AssertFailed(), StringComparison.Ordinal);
        end.AssertDidNotWait();
        await using var api = BtecProcess.StartApi(database.ToSettings(("Jwt:SigningKey", BtecApi.SigningKey)));
        using var client = await api.ConnectAsync();
        foreach (var (path, status) in new[] { ("/alive", 200), ("/health", 503), ("/api/health", 503) })
        {
            using var response = await client.GetAsync(path, accessToken: null);
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    private async Task AssertCurrentAsync(TestDatabase database)
    {
        Assert.Equal(["0"], await database.ReadAsync("SELECT count(*) FROM users WHERE email = 'nobody@example.com' AND is_active"));
        var known = await database.WithContextAsync(context => Task.FromResult(context.Database.GetMigrations().ToList()));
        Assert.Equal(known, [.. await database.ReadAsync("SELECT migration_id FROM \"__EFMigrationsHistory\" ORDER BY migration_id")]);
        Assert.Equal(["1"], await database.ReadAsync(
            kind == DatabaseKind.Sqlite
                ? "SELECT count(*) FROM sqlite_master WHERE name = 'ix_users_email'"
                : "SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_users_email'"));
    }
}
