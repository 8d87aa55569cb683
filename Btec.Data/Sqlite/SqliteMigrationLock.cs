using Btec.Data.Model;
using Btec.Data.Schema;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Btec.Data.Sqlite;

/// <summary>The lock of migrations on SQLite. EF Core's own lock is a row, which a killed process leaves behind. This lock on a
/// file beside the database ends with its process, and its holder removes such a row.</summary>
internal static class SqliteMigrationLock
{
    /// <summary>Waits for the lock. Returns <see langword="null"/> on PostgreSQL and for a database in memory.</summary>
    /// <exception cref="TimeoutException">Another worker has held the lock for too long.</exception>
    public static async Task<FileStream?> AcquireAsync(
        BtecDbContext database, MigrationWait wait, CancellationToken cancellationToken)
    {
        if (!database.Database.IsSqlite())
            return null;

        var file = new SqliteConnectionStringBuilder(database.Database.GetConnectionString()).DataSource;
        if (file is "" or ":memory:")
            return null;

        FileStream? handle = null;
        await wait.UntilAsync(() => Task.FromResult((handle = TryOpen(file + ".migrating")) is not null), cancellationToken);
        await RemoveAbandonedLockAsync(database, cancellationToken);
        return handle;
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
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
