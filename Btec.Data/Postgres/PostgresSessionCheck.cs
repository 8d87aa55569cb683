using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The check that a connection keeps its session, unless its setting says otherwise. A pooler in transaction mode gives each
/// transaction another one, in which the prepared statement of another client may have the same name, and would run
/// instead.</summary>
internal static class PostgresSessionCheck
{
    /// <summary>The number of comparisons. An idle pooler is found by the first: it gives the session that it used last. In a busy one,
    /// where that session may be taken, a connection soon gets another.</summary>
    private const int Rounds = 20;

    /// <summary>The identity of a session, also among several servers.</summary>
    private const string Query = "SELECT pg_backend_pid() || ' ' || extract(epoch FROM pg_postmaster_start_time())";

    private const string Fault =
        "leads to a pooler that gives each transaction another session, in which statements of others could run. Add the parameter "
        + "pgbouncer=true.";

    /// <summary>Requires that the connection keeps its session. Does nothing on SQLite.</summary>
    /// <param name="setting">The setting of the connection.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">It does not.</exception>
    public static async Task RequireAsync(BtecDbContext database, string setting, CancellationToken cancellationToken)
    {
        if (database.Database.IsNpgsql()
            && await FindFaultAsync(database.Database.GetConnectionString()!, cancellationToken) is { } fault)
            throw ConnectionRefusal.Of(setting, fault);
    }

    /// <summary>Compares the sessions of two connections that are open at the same time. Returns what is wrong with their connection
    /// string, or <see langword="null"/>.</summary>
    public static async Task<string?> FindFaultAsync(string connectionString, CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        if (NamesPooler(address))
            return null;

        // Outside the pool, so that no reset and no prepared statement of it is in between.
        address.Pooling = false;
        address.MaxAutoPrepare = 0;
        await using var one = new NpgsqlConnection(address.ToString());
        await using var two = new NpgsqlConnection(address.ToString());
        await one.OpenAsync(cancellationToken);
        await two.OpenAsync(cancellationToken);
        var (first, second) = (await ReadAsync(one, cancellationToken), await ReadAsync(two, cancellationToken));
        var isKept = first != second;
        for (var round = 1; isKept && round < Rounds; round++)
            isKept = await ReadAsync(one, cancellationToken) == first && await ReadAsync(two, cancellationToken) == second;

        return isKept ? null : Fault;
    }

    /// <summary>Returns whether the setting says that sessions change, or that nothing is prepared: <c>pgbouncer=true</c> sets
    /// both.</summary>
    private static bool NamesPooler(NpgsqlConnectionStringBuilder address) =>
        address.NoResetOnClose || (PostgresRules.IsSet(address, "Max Auto Prepare") && address.MaxAutoPrepare == 0);

    private static async Task<string> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
