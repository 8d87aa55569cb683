using Btec.Data.Postgres;
using Npgsql;

namespace Btec.Data.Outbox;

/// <summary>Tells whether an outbox has anything to send, without EF Core: senders ask every few seconds, and the answer is almost always no.
/// EF Core's first query takes some 20 MiB, which an API that only answers reads does not need.</summary>
/// <param name="postgres">The connections to PostgreSQL, or <see langword="null"/> with SQLite, where EF Core is asked.</param>
public sealed class OutboxPeek(PostgresConnections? postgres)
{
    /// <summary>Returns whether the outbox may have items that are neither sent nor abandoned.</summary>
    /// <exception cref="NpgsqlException">The database is unavailable.</exception>
    public async Task<bool> MayHaveWaitingAsync(string table, CancellationToken cancellationToken)
    {
        if (postgres is null)
            return true;

        await using var connection = await postgres.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // The names of the tables are constants.
        await using var command = new NpgsqlCommand(
            $"SELECT EXISTS (SELECT 1 FROM {table} WHERE sent_at IS NULL AND abandoned_at IS NULL)", connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
