using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The lock of migrations on PostgreSQL. EF Core's own lock ends with the transaction of each migration, so that another
/// worker can come in between, and the first then repeats what is applied already. This lock spans all migrations and ends with
/// its connection.</summary>
internal static class PostgresMigrationLock
{
    /// <summary>The PostgreSQL advisory lock of migrations.</summary>
    private const long AdvisoryLock = 0x6274_6563_0002;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Creates the database if it does not exist, and waits for the lock. Returns <see langword="null"/> on
    /// SQLite.</summary>
    public static async Task<IAsyncDisposable?> AcquireAsync(BtecDbContext database, CancellationToken cancellationToken)
    {
        if (!database.Database.IsNpgsql())
            return null;

        await CreateDatabaseAsync(database.GetService<IRelationalDatabaseCreator>(), cancellationToken);
        await database.Database.OpenConnectionAsync(cancellationToken);
        var held = new OpenConnection(database);
        try
        {
            // Polled: a statement that waits would time out behind a long migration.
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
            // Another worker has created it.
        }
    }

    private static Task<bool> TryLockAsync(BtecDbContext database, CancellationToken cancellationToken) =>
        database.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({AdvisoryLock}) AS \"Value\"")
            .SingleAsync(cancellationToken);

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
                // The lock has ended with the connection.
            }

            await database.Database.CloseConnectionAsync();
        }
    }
}
