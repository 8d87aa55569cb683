using Btec.AppHost.Databases;
using Btec.Hosting;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Btec.AppHost.Commands;

/// <summary>Empties a database of either kind, or deletes nothing and returns the reason.</summary>
internal static class DatabaseEraser
{
    /// <summary>Seconds for the connection and for the locks, so that an open transaction of someone else does not block the
    /// command.</summary>
    private const int TimeoutSeconds = 10;

    public static async Task<ExecuteCommandResult> EmptyAsync(IResourceWithConnectionString database, CancellationToken cancellationToken)
    {
        if (await database.GetConnectionStringAsync(cancellationToken) is not { Length: > 0 } connectionString)
            return CommandResults.Failure("The database has no connection string yet.");

        var target = DatabaseResources.ReadTarget(connectionString);
        return target.IsPostgres
            ? await DropSchemaAsync(target.ConnectionString, cancellationToken)
            : SqliteFile.Delete(new SqliteConnectionStringBuilder(target.ConnectionString).DataSource);
    }

    private static async Task<ExecuteCommandResult> DropSchemaAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Unpooled: a pooled connection would outlive the container that it goes to.
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = TimeoutSeconds,
            CommandTimeout = TimeoutSeconds * 3,
            Options = $"-c lock_timeout={TimeoutSeconds}s",
        };
        try
        {
            await using var connection = new NpgsqlConnection(unpooled.ToString());
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public;", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return CommandResults.Success();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return CommandResults.Failure("Another connection (pgweb, psql) locks the tables. End its transaction and try again.");
        }
        catch (NpgsqlException exception)
        {
            return CommandResults.Failure($"The database cannot be emptied: {exception.Message}");
        }
    }
}
