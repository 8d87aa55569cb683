using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The interceptor that discards the prepared statements of a connection on which a statement failed.</summary>
/// <remarks>Npgsql 10.0.3 takes a statement as prepared once PostgreSQL has parsed it. If its values are refused in that same
/// round trip, Npgsql has not yet read the columns of the result, and every later use of the statement breaks the
/// connection.</remarks>
internal sealed class PreparedStatementReset : DbCommandInterceptor, IDbConnectionInterceptor
{
    public static readonly PreparedStatementReset Interceptor = new();

    /// <summary>The classes of errors after which statements are intact, because they arise while a statement runs or before it is
    /// parsed: constraints, rollbacks, locks, and the states of a server or connection (PostgreSQL 18 manual, appendix
    /// A).</summary>
    private static readonly List<string> HarmlessClasses = ["08", "23", "25", "40", "53", "55", "57", "58"];

    /// <summary>The connections on which a statement has failed and that have not been closed since.</summary>
    private readonly ConcurrentDictionary<DbConnection, bool> _suspects = new();

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Note(eventData);

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Note(eventData);
        return Task.CompletedTask;
    }

    public InterceptionResult ConnectionClosing(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Reset(connection);
        return result;
    }

    public ValueTask<InterceptionResult> ConnectionClosingAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Reset(connection);
        return ValueTask.FromResult(result);
    }

    private static bool IsHarmless(string state) => HarmlessClasses.Exists(known => state.StartsWith(known, StringComparison.Ordinal));

    private void Note(CommandErrorEventData failure)
    {
        if (failure.Exception is PostgresException postgres && !IsHarmless(postgres.SqlState))
            _suspects[failure.Connection] = true;
    }

    /// <summary>Discards the statements before the connection returns to its pool. A transaction has been rolled back by
    /// then.</summary>
    private void Reset(DbConnection connection)
    {
        if (!_suspects.TryRemove(connection, out _) || connection is not NpgsqlConnection { FullState: ConnectionState.Open } npgsql)
            return;

        try
        {
            // Npgsql has no asynchronous form of it.
            npgsql.UnprepareAll();
        }
        catch (NpgsqlException)
        {
            // The connection is broken, so the pool discards it.
        }
    }
}
