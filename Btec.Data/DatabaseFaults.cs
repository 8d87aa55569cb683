using System.Security.Authentication;
using System.Security.Cryptography;
using Btec.Data.Postgres;
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

    /// <summary>Returns whether the database could not be reached, is starting or stopping, or did not answer in time, so that it
    /// may be worth waiting for it.</summary>
    public static bool IsOutage(Exception? exception) => exception switch
    {
        null => false,
        NpgsqlException npgsql when npgsql.IsTransient => true,
        // Class 57: the server is starting or stopping; class 53: it is out of connections, memory or disk.
        PostgresException postgres => postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("53", StringComparison.Ordinal),
        NpgsqlException npgsql => IsOutageOfConnection(npgsql.InnerException),
        // 5 SQLITE_BUSY, 6 SQLITE_LOCKED, 10 SQLITE_IOERR, 11 SQLITE_CORRUPT, 13 SQLITE_FULL, 14 SQLITE_CANTOPEN, 26
        // SQLITE_NOTADB
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 10 or 11 or 13 or 14 or 26,
        RetryLimitExceededException or DbUpdateException => IsOutage(exception.InnerException),
        InvalidOperationException => IsOutage(exception.InnerException),
        TimeoutException => exception.Source == nameof(Npgsql),
        _ => false,
    };

    /// <summary>Returns whether the database does not do what it would do if it were as expected: it is away, refuses the login, is
    /// read-only, lacks a table. Nothing is wrong with the request, and an operator has to act.</summary>
    public static bool IsUnavailable(Exception? exception) => exception switch
    {
        null => false,
        PostgresException postgres => PostgresRefusals.Contains(postgres.SqlState),
        // Anything else than an error of the server: no connection, a refused certificate, a broken conversation.
        NpgsqlException => true,
        SqliteException sqlite => IsOutage(sqlite) || IsSqliteRefusal(sqlite),
        RetryLimitExceededException or DbUpdateException => IsUnavailable(exception.InnerException),
        InvalidOperationException => IsUnavailable(exception.InnerException),
        // Raised while connecting, for a certificate that cannot be used or a method of authentication that Npgsql lacks, or while
        // another connection loads the types of the database.
        AuthenticationException or CryptographicException or NotSupportedException or TimeoutException =>
            exception.Source == nameof(Npgsql),
        _ => false,
    };

    /// <summary>Returns why the database is unavailable, in one line for the log.</summary>
    public static string Explain(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var cause = exception.GetBaseException();
        var reason = cause.Message.ReplaceLineEndings(" ");
        return cause is PostgresException postgres && PostgresRefusals.FindHint(postgres.SqlState) is { } hint
            ? $"{reason} {hint}"
            : reason;
    }

    /// <summary>Returns whether a connection could not be made. With several hosts, Npgsql reports the failures of all of them.</summary>
    private static bool IsOutageOfConnection(Exception? cause) => cause switch
    {
        AggregateException all => all.InnerExceptions.Any(IsOutage),
        _ => cause is IOException or TimeoutException or System.Net.Sockets.SocketException,
    };

    /// <summary>Returns whether SQLite lacks the rights or the tables. It has no code of its own for an unknown table or
    /// column.</summary>
    private static bool IsSqliteRefusal(SqliteException sqlite) =>
        // 3 SQLITE_PERM, 7 SQLITE_NOMEM, 8 SQLITE_READONLY, 15 SQLITE_PROTOCOL, 17 SQLITE_SCHEMA, 23 SQLITE_AUTH
        sqlite.SqliteErrorCode is 3 or 7 or 8 or 15 or 17 or 23
        || (sqlite.SqliteErrorCode == 1
            && (sqlite.Message.Contains("no such table", StringComparison.Ordinal)
                || sqlite.Message.Contains("no such column", StringComparison.Ordinal)
                || sqlite.Message.Contains("no column named", StringComparison.Ordinal)));
}
