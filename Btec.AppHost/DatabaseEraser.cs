using System.Data.Common;
using Npgsql;

namespace Btec.AppHost;

/// <summary>Empties a database of either kind, or says why it cannot, and has then deleted nothing.</summary>
internal static class DatabaseEraser
{
    /// <summary>Seconds for a connection, and for the locks: somebody's open transaction must not hang the command.</summary>
    private const int Patience = 10;

    /// <summary>The files of an SQLite database, the one that matters first (sqlite.org/tempfiles.html).</summary>
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>What every SQLite file begins with (sqlite.org/fileformat2.html, section 1.3.1).</summary>
    private static ReadOnlySpan<byte> Header => "SQLite format 3\0"u8;

    public static async Task<ExecuteCommandResult> EmptyAsync(string connectionString, CancellationToken cancellationToken)
    {
        var keywords = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return keywords.TryGetValue("Data Source", out var file)
            ? DeleteFile((string)file)
            : await DropSchemaAsync(connectionString, cancellationToken);
    }

    private static ExecuteCommandResult DeleteFile(string file)
    {
        try
        {
            if (!IsDatabase(file))
                return CommandResults.Failure($"{Path.GetFileName(file)} is no SQLite database, and was left alone.");

            foreach (var suffix in Suffixes)
                File.Delete($"{file}{suffix}");

            return CommandResults.Success();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CommandResults.Failure($"The file cannot be deleted: {exception.Message}");
        }
    }

    /// <summary>Whether deleting it loses no more than a database: <c>--DatabaseFile</c> may name anything.</summary>
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
        // Unpooled: a connection kept would outlive the container that it goes to.
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = Patience,
            CommandTimeout = Patience * 3,
            Options = $"-c lock_timeout={Patience}s",
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
            return CommandResults.Failure("Another connection holds locks on the tables (pgweb, psql): end its transaction, and try again.");
        }
        catch (NpgsqlException exception)
        {
            return CommandResults.Failure($"The database cannot be emptied: {exception.Message}");
        }
    }
}
