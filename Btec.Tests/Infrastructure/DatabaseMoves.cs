using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>Direct access to a database, bypassing the API and the worker.</summary>
public static class DatabaseMoves
{
    /// <summary>Returns the settings of a program that uses this database.</summary>
    public static IReadOnlyDictionary<string, string?> ToSettings(this TestDatabase database, params (string Name, string? Value)[] others)
    {
        ArgumentNullException.ThrowIfNull(database);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = database.ConnectionString };
        foreach (var (name, value) in others)
            settings[name] = value;

        return settings;
    }

    /// <summary>Returns the path of a SQLite database file.</summary>
    public static string ToFile(this TestDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
    }

    /// <summary>Waits until somebody waits for a lock of this connection. SQLite does not show that, so there only time
    /// passes.</summary>
    public static async Task WaitForBlockedAsync(this DbConnection holder)
    {
        if (holder is NpgsqlConnection)
        {
            await Eventually.IsTrueAsync(
                async () => (await holder.ReadAsync(
                    "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")).Count > 0,
                "somebody waits for the lock");
        }
        else
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Reads rows, each as its values separated by <c> | </c>.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(this TestDatabase database, string query)
    {
        await using var connection = await database.ConnectAsync();
        return await connection.ReadAsync(query);
    }

    /// <inheritdoc cref="ReadAsync(TestDatabase, string)"/>
    public static async Task<IReadOnlyList<string>> ReadAsync(this DbConnection connection, string query)
    {
        await using var command = Prepare(connection, query);
        return await command.ReadAsync();
    }

    /// <inheritdoc cref="ReadAsync(TestDatabase, string)"/>
    public static async Task<IReadOnlyList<string>> ReadAsync(this DbCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount)
                .Select(column => reader.IsDBNull(column) ? "null" : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    public static async Task ExecuteAsync(this TestDatabase database, string statement)
    {
        await using var connection = await database.ConnectAsync();
        await connection.ExecuteAsync(statement);
    }

    public static async Task ExecuteAsync(this DbConnection connection, string statement)
    {
        await using var command = Prepare(connection, statement);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Opens a connection, which the caller disposes; for tests that hold locks.</summary>
    public static async Task<DbConnection> ConnectAsync(this TestDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        DbConnection connection = database.Kind == DatabaseKind.Sqlite
            ? new SqliteConnection(database.ConnectionString)
            : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static DbCommand Prepare(DbConnection connection, string statement)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements are written in the tests.
        command.CommandText = statement;
#pragma warning restore CA2100
        return command;
    }
}
