using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>A database for one test. Disposing it drops the database.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string RequireAll = "BTEC_TEST_ALL";
    private static int s_count;
    private readonly Func<ValueTask> _drop;

    private TestDatabase(DatabaseKind kind, string connectionString, Func<ValueTask> drop) =>
        (Kind, ConnectionString, _drop) = (kind, connectionString, drop);

    public DatabaseKind Kind { get; }

    public string ConnectionString { get; }

    /// <summary>Gets a value indicating whether it was created with the current schema.</summary>
    public bool IsMigrated { get; private init; }

    /// <summary>Returns why no database of this kind is available, or <see langword="null"/> if one is.</summary>
    public static async Task<string?> FindReasonAgainstAsync(DatabaseKind kind) =>
        kind == DatabaseKind.Sqlite ? null : (await PostgresServer.GetAsync()).Reason;

    /// <summary>Creates an empty database. If none is available, skips the calling test; <c>BTEC_TEST_ALL=1</c> fails it
    /// instead.</summary>
    /// <param name="pooling"><see langword="false"/> to close connections after use, instead of pooling them.</param>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind, bool pooling = true)
    {
        await RequireAsync(kind);
        return kind == DatabaseKind.Sqlite ? CreateSqlite(template: null, pooling) : await CreatePostgresAsync(template: null, pooling);
    }

    /// <summary>Creates a database with the current schema and no rows but those of the migrations. If none is available, skips or fails
    /// the calling test.</summary>
    public static async Task<TestDatabase> CreateMigratedAsync(DatabaseKind kind)
    {
        await RequireAsync(kind);
        var template = await MigratedTemplate.GetAsync(kind);
        return kind == DatabaseKind.Sqlite ? CreateSqlite(template) : await CreatePostgresAsync(template);
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

    private static async Task RequireAsync(DatabaseKind kind)
    {
        if (await FindReasonAgainstAsync(kind) is { } reason)
            SkipOrFail(reason);
    }

    private static TestDatabase CreateSqlite(TestDatabase? template, bool pooling = true)
    {
        var folder = Directory.CreateTempSubdirectory("btec-tests-sqlite-");
        var file = Path.Combine(folder.FullName, "btec.db");
        if (template is not null)
            File.Copy(template.ToFile(), file);

        var connectionString = new SqliteConnectionStringBuilder { DataSource = file, Pooling = pooling }.ToString();
        return new TestDatabase(DatabaseKind.Sqlite, connectionString, Drop) { IsMigrated = template is not null };

        ValueTask Drop()
        {
            using (var connection = new SqliteConnection(connectionString))
                SqliteConnection.ClearPool(connection);

            folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    private static async Task<TestDatabase> CreatePostgresAsync(TestDatabase? template, bool pooling = true)
    {
        var admin = (await PostgresServer.GetAsync()).AdminConnectionString!;
        var name = string.Create(CultureInfo.InvariantCulture, $"btec_{Environment.ProcessId}_{Interlocked.Increment(ref s_count)}");
        var source = template is null ? "template1" : new NpgsqlConnectionStringBuilder(template.ConnectionString).Database;
        await ExecuteAsync(admin, $"CREATE DATABASE {name} TEMPLATE {source}");
        var connectionString = new NpgsqlConnectionStringBuilder(admin) { Database = name, Pooling = pooling }.ToString();
        return new TestDatabase(DatabaseKind.Postgres, connectionString, DropAsync) { IsMigrated = template is not null };

        async ValueTask DropAsync()
        {
            await using (var connection = new NpgsqlConnection(connectionString))
                NpgsqlConnection.ClearPool(connection);

            await ExecuteAsync(admin, $"DROP DATABASE {name} WITH (FORCE)");
        }
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
