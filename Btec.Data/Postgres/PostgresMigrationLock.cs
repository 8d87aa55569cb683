using Btec.Data.Model;
using Btec.Data.Schema;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The lock of migrations on PostgreSQL. EF Core's own lock ends with the transaction of each migration, so that another
/// worker can come in between, and the first then repeats what is applied already. This lock spans all migrations.</summary>
/// <remarks>A transaction on a connection of its own holds it. A lock of the session would remain behind a pooler in transaction
/// mode, whose sessions outlive their clients, and block every later worker.</remarks>
internal static class PostgresMigrationLock
{
    /// <summary>The PostgreSQL advisory lock of migrations.</summary>
    private const long AdvisoryLock = 0x6274_6563_0002;

    /// <summary>Lets the transaction idle while the migrations run: the server may limit that, in versions from 9.6 and 17
    /// on.</summary>
    private const string Unlimited = """
        SELECT set_config(name, '0', true) FROM pg_settings
        WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')
        """;

    /// <summary>Waits for the lock. Returns <see langword="null"/> on SQLite.</summary>
    /// <exception cref="TimeoutException">Another worker has held the lock for too long.</exception>
    public static async Task<IAsyncDisposable?> AcquireAsync(
        BtecDbContext database, MigrationWait wait, CancellationToken cancellationToken)
    {
        if (!database.Database.IsNpgsql())
            return null;

        // Outside the pool, which may be as small as one connection.
        var address = new NpgsqlConnectionStringBuilder(database.Database.GetConnectionString()) { Pooling = false };
        var connection = new NpgsqlConnection(address.ToString());
        try
        {
            await connection.OpenAsync(cancellationToken);
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, Unlimited, cancellationToken);
            // Polled: a statement that waits would time out behind a long migration.
            await wait.UntilAsync(() => TryLockAsync(connection, cancellationToken), cancellationToken);
            return new HeldTransaction(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await ExecuteAsync(connection, $"SELECT pg_try_advisory_xact_lock({AdvisoryLock})", cancellationToken) is true;

    private static async Task<object?> ExecuteAsync(
        NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The statements are constants.
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private sealed class HeldTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await transaction.DisposeAsync();
            }
            catch (NpgsqlException)
            {
                // The lock has ended with the connection.
            }

            await connection.DisposeAsync();
        }
    }
}
