using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Btec.Data;

/// <summary>The classification of the exceptions of both databases' clients.</summary>
public static class DatabaseFaults
{
    /// <summary>The extended result code SQLITE_CONSTRAINT_UNIQUE.</summary>
    private const int SqliteUniqueConstraint = 2067;

    /// <summary>The extended result code SQLITE_CONSTRAINT_PRIMARYKEY.</summary>
    private const int SqlitePrimaryKeyConstraint = 1555;

    /// <summary>Returns whether a row with the same unique value exists already.</summary>
    public static bool IsUniqueViolation(DbUpdateException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.InnerException switch
        {
            PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
            SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteUniqueConstraint or SqlitePrimaryKeyConstraint,
            _ => false,
        };
    }

    /// <summary>Returns whether an SQLite file is not a database or is damaged, so that waiting is in vain.</summary>
    public static bool IsUnreadableFile(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        // 11 SQLITE_CORRUPT, 26 SQLITE_NOTADB
        return exception.GetBaseException() is SqliteException { SqliteErrorCode: 11 or 26 };
    }

    /// <summary>Returns whether the database could not be reached, is starting or stopping, or did not answer in time.</summary>
    public static bool IsOutage(Exception? exception) => exception switch
    {
        null => false,
        NpgsqlException npgsql when npgsql.IsTransient => true,
        // Class 57: the server is starting or stopping; class 53: it is out of connections, memory or disk.
        PostgresException postgres => postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("53", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.InnerException is IOException or TimeoutException or System.Net.Sockets.SocketException,
        // 5 SQLITE_BUSY, 6 SQLITE_LOCKED, 10 SQLITE_IOERR, 11 SQLITE_CORRUPT, 13 SQLITE_FULL, 14 SQLITE_CANTOPEN, 26
        // SQLITE_NOTADB
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 10 or 11 or 13 or 14 or 26,
        RetryLimitExceededException or DbUpdateException => IsOutage(exception.InnerException),
        InvalidOperationException => IsOutage(exception.InnerException),
        _ => false,
    };
}
