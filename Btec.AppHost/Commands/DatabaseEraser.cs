using Btec.AppHost.Databases;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Btec.AppHost.Commands;

/// <summary>Empties a database of either kind, or deletes nothing and returns the reason.</summary>
internal static class DatabaseEraser
{
    /// <summary>Seconds for the connection and for the locks, so that an open transaction of someone else does not block the
    /// command.</summary>
    private const int TimeoutSeconds = 10;

    /// <summary>The files of an SQLite database, the database itself first (sqlite.org/tempfiles.html).</summary>
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>Gets the first bytes of every SQLite file (sqlite.org/fileformat2.html, section 1.3.1).</summary>
    private static ReadOnlySpan<byte> Header => "SQLite format 3\0"u8;

    public static async Task<ExecuteCommandResult> EmptyAsync(string connectionString, CancellationToken cancellationToken)
    {
        var target = DatabaseResources.ReadTarget(connectionString);
        return target.IsPostgres
            ? await DropSchemaAsync(target.ConnectionString, cancellationToken)
            : DeleteFile(new SqliteConnectionStringBuilder(target.ConnectionString).DataSource);
    }

    private static ExecuteCommandResult DeleteFile(string file)
    {
        try
        {
            if (!IsDatabase(file))
                return CommandResults.Failure($"{Path.GetFileName(file)} is not an SQLite database and was not deleted.");

            foreach (var suffix in Suffixes)
                File.Delete($"{file}{suffix}");

            return CommandResults.Success();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CommandResults.Failure($"The file cannot be deleted: {exception.Message}");
        }
    }

    /// <summary>Returns whether the file is missing, empty or an SQLite database: <c>--DatabaseFile</c> may name any file.</summary>
    private static bool IsDatabase(string file)
    {
        if (!File.Exists(file))
            return true;

        using var content = File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> start = stackalloc byte[Header.Length];
        return content.Length == 0 || (content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Header));
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
