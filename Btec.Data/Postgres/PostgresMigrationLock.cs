using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>EF Core's lock on PostgreSQL ends with the transaction of each migration: between two of them another worker comes in,
/// and the first then applies what is applied already. This one spans them all, and dies with its connection.</summary>
internal static class PostgresMigrationLock
{
    /// <summary>A number of our own among PostgreSQL's advisory locks.</summary>
    private const long AdvisoryLock = 0x6274_6563_0002;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Creates the database where there is none, for what is not there cannot be locked, and waits for the lock. On SQLite
    /// there is nothing to wait for.</summary>
    public static async Task<IAsyncDisposable?> AcquireAsync(BtecDbContext database, CancellationToken cancellationToken)
    {
        if (!database.Database.IsNpgsql())
            return null;

        await CreateDatabaseAsync(database.GetService<IRelationalDatabaseCreator>(), cancellationToken);
        await database.Database.OpenConnectionAsync(cancellationToken);
        var held = new OpenConnection(database);
        try
        {
            // Asked again and again: a statement that waits would run into its time-out behind a long migration.
            while (!await TryLockAsync(database, cancellationToken))
                await Task.Delay(RetryDelay, cancellationToken);

            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    private static async Task CreateDatabaseAsync(IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        if (await creator.ExistsAsync(cancellationToken))
            return;

        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException exception) when (
            exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another worker was faster.
        }
    }

    private static Task<bool> TryLockAsync(BtecDbContext database, CancellationToken cancellationToken) =>
        database.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({AdvisoryLock}) AS \"Value\"").SingleAsync(cancellationToken);

    private sealed class OpenConnection(BtecDbContext database) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({AdvisoryLock})");
            }
            catch (NpgsqlException)
            {
                // The connection is gone, and the lock with it.
            }

            await database.Database.CloseConnectionAsync();
        }
    }
}
