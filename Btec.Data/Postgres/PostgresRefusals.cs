using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The errors with which PostgreSQL, or a pooler in front of it, refuses work that it would do elsewhere (PostgreSQL 18
/// manual, appendix A).</summary>
internal static class PostgresRefusals
{
    /// <summary>The classes of such errors: 08 connections, 28 logins, 53 resources, 55 an object's state, 57 an operator's
    /// intervention, 58 the system, F0 the configuration, XX the server's own faults.</summary>
    private static readonly string[] Classes = ["08", "28", "53", "55", "57", "58", "F0", "XX"];

    /// <summary>The error of a plan that no longer fits a table that was changed.</summary>
    private const string CachedPlan = PostgresErrorCodes.FeatureNotSupported;

    private static readonly string[] Codes =
    [
        CachedPlan,
        // Another database or schema than expected, or another version of it.
        PostgresErrorCodes.InvalidCatalogName, PostgresErrorCodes.InvalidSchemaName, PostgresErrorCodes.UndefinedTable,
        PostgresErrorCodes.UndefinedColumn, PostgresErrorCodes.UndefinedObject, PostgresErrorCodes.UndefinedFunction,
        PostgresErrorCodes.DatatypeMismatch,
        // A role without rights, and a server or a role that may only read.
        PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.InvalidRoleSpecification,
        PostgresErrorCodes.ReadOnlySqlTransaction,
        // Time limits of the server: 25P03 for an idle transaction, 25P04 for any.
        "25P03", "25P04",
        // Another transaction won, more often than it is retried.
        PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected,
        // A pooler that gives each transaction another session. In it the statement of another client may have failed under the same
        // name, and the transaction with it. No transaction of this system goes on after an error.
        PostgresErrorCodes.InvalidSqlStatementName, PostgresErrorCodes.DuplicatePreparedStatement,
        PostgresErrorCodes.InFailedSqlTransaction,
    ];

    public static bool Contains(string sqlState) =>
        Array.IndexOf(Codes, sqlState) >= 0
        || Array.Exists(Classes, errorClass => sqlState.StartsWith(errorClass, StringComparison.Ordinal));

    /// <summary>Returns whether a statement was refused, and not executed, because a table was changed after it was
    /// prepared.</summary>
    public static bool IsStalePlan(PostgresException exception) =>
        exception.SqlState == CachedPlan && exception.Routine == "RevalidateCachedQuery";

    /// <summary>Returns what an operator can do about an error, where its message does not say so.</summary>
    public static string? FindHint(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement
            or PostgresErrorCodes.InFailedSqlTransaction =>
            "For a pooler such as PgBouncer in transaction mode, add pgbouncer=true to the connection setting.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidCatalogName =>
            "Run Btec.MigrationService of this version.",
        _ => null,
    };
}
