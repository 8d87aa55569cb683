using Npgsql;

namespace Btec.Bench;

/// <summary>The costs of the statements of a database, as pg_stat_statements adds them up.</summary>
internal sealed class StatementCosts : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private StatementCosts(NpgsqlConnection connection) => _connection = connection;

    public static async Task<StatementCosts> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        return new StatementCosts(connection);
    }

    /// <summary>Reads the costs of a database so far.</summary>
    public async Task<StatementCost> ReadAsync(string database, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT coalesce(sum(total_exec_time + total_plan_time), 0), coalesce(sum(wal_bytes), 0)::float8
            FROM pg_stat_statements INNER JOIN pg_database AS d ON d.oid = dbid WHERE datname = $1 AND query NOT LIKE '%pg_stat_statements%'
            """,
            _connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = database });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new StatementCost(reader.GetDouble(0), reader.GetDouble(1));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

/// <summary>The costs of statements.</summary>
/// <param name="Milliseconds">The time in which they were planned and executed, in milliseconds.</param>
/// <param name="WalBytes">The bytes that they wrote to the WAL.</param>
internal sealed record StatementCost(double Milliseconds, double WalBytes)
{
    /// <summary>Returns the costs of one of a number of requests since an earlier reading.</summary>
    public StatementCost Since(StatementCost earlier, long requests) =>
        new((Milliseconds - earlier.Milliseconds) / requests, (WalBytes - earlier.WalBytes) / requests);
}
