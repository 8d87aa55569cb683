using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>An empty database for one test. Disposing it drops the database.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string RequireAll = "BTEC_TEST_ALL";
    private static int s_count;
    private readonly Func<ValueTask> _drop;

    private TestDatabase(DatabaseKind kind, string connectionString, Func<ValueTask> drop) =>
        (Kind, ConnectionString, _drop) = (kind, connectionString, drop);

    public DatabaseKind Kind { get; }

    public string ConnectionString { get; }

    /// <summary>Returns why no database of this kind is available, or <see langword="null"/> if one is.</summary>
    public static async Task<string?> FindReasonAgainstAsync(DatabaseKind kind) =>
        kind == DatabaseKind.Sqlite ? null : (await PostgresServer.GetAsync()).Reason;

    /// <summary>Creates a database. If none is available, skips the calling test; <c>BTEC_TEST_ALL=1</c> fails it
    /// instead.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        if (await FindReasonAgainstAsync(kind) is { } reason)
            SkipOrFail(reason);

        return kind == DatabaseKind.Sqlite ? CreateSqlite() : await CreatePostgresAsync();
    }

    /// <summary>Wraps the database of a server that the test itself starts and stops.</summary>
    public static TestDatabase Of(string connectionString) => new(DatabaseKind.Postgres, connectionString, () => ValueTask.CompletedTask);

    public static void SkipOrFail(string reason)
    {
        if (Environment.GetEnvironmentVariable(RequireAll) is "1" or "true")
            Assert.Fail(reason);

        Assert.Skip(reason);
    }

    public ValueTask DisposeAsync() => _drop();

    private static TestDatabase CreateSqlite()
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-sqlite-");
        var connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.FullName, "btec.db") }.ToString();
        return new TestDatabase(DatabaseKind.Sqlite, connectionString, () =>
        {
            using (var connection = new SqliteConnection(connectionString))
                SqliteConnection.ClearPool(connection);

            folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        });
    }

    private static async Task<TestDatabase> CreatePostgresAsync()
    {
        var admin = (await PostgresServer.GetAsync()).AdminConnectionString!;
        var name = string.Create(CultureInfo.InvariantCulture, $"btec_{Environment.ProcessId}_{Interlocked.Increment(ref s_count)}");
        await ExecuteAsync(admin, $"CREATE DATABASE {name}");
        var connectionString = new NpgsqlConnectionStringBuilder(admin) { Database = name, Pooling = true }.ToString();
        return new TestDatabase(DatabaseKind.Postgres, connectionString, async () =>
        {
            await using (var connection = new NpgsqlConnection(connectionString))
                NpgsqlConnection.ClearPool(connection);

            await ExecuteAsync(admin, $"DROP DATABASE {name} WITH (FORCE)");
        });
    }

    private static async Task ExecuteAsync(string admin, string statement)
    {
        await using var connection = new NpgsqlConnection(admin);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The name is generated above.
        command.CommandText = statement;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
