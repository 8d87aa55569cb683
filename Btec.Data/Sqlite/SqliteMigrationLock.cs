using Btec.Data.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Btec.Data.Sqlite;

/// <summary>The lock of migrations on SQLite. EF Core's own lock is a row, which a killed process leaves behind. This lock on a
/// file beside the database ends with its process, and its holder removes such a row.</summary>
internal static class SqliteMigrationLock
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock. Returns <see langword="null"/> on PostgreSQL and for a database in memory.</summary>
    public static async Task<FileStream?> AcquireAsync(BtecDbContext database, CancellationToken cancellationToken)
    {
        if (!database.Database.IsSqlite())
            return null;

        var file = new SqliteConnectionStringBuilder(database.Database.GetConnectionString()).DataSource;
        if (file is "" or ":memory:")
            return null;

        var handle = await OpenAsync(file + ".migrating", cancellationToken);
        await RemoveAbandonedLockAsync(database, cancellationToken);
        return handle;
    }

    private static async Task<FileStream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
            {
                await Task.Delay(RetryDelay, cancellationToken);
            }
        }
    }

    private static async Task RemoveAbandonedLockAsync(BtecDbContext database, CancellationToken cancellationToken)
    {
        if (!await database.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken))
            return;

        var tables = await database.Database
            .SqlQuery<int>($"SELECT count(*) AS value FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'")
            .SingleAsync(cancellationToken);
        if (tables > 0)
            await database.Database.ExecuteSqlAsync($"DELETE FROM \"__EFMigrationsLock\"", cancellationToken);
    }
}
