using System.Diagnostics;
using Btec.Data.Model;
using Btec.Data.Postgres;
using Btec.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Btec.Data.Schema;

/// <summary>Brings the schema of the configured database to this version. Harmless when repeated, when several run at once and
/// when killed in the middle.</summary>
public sealed class DatabaseMigrator(BtecDbContext database)
{
    public const string ActivitySourceName = "Btec.Data.Migrations";

    internal static readonly ActivitySource Activities = new(ActivitySourceName);

    /// <summary>Seconds that a statement waits for an SQLite file that another process holds, before the caller may try again.
    /// That wait cannot be cancelled, and who is asked to stop is killed after 10 s (docker stop).</summary>
    private const int BusySeconds = 3;

    /// <summary>Seconds for one statement of a migration: an index over millions of rows takes minutes.</summary>
    private const int MigrationSeconds = 3600;

    /// <summary>Applies every pending migration, creating the database where there is none.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        using var activity = Activities.StartActivity("migrate database");
        using var spans = new MigrationSpans();
        LimitBusyWait();
        if (database.Database.IsNpgsql())
            database.Database.SetCommandTimeout(MigrationSeconds);

        try
        {
            await using var file = await SqliteMigrationLock.AcquireAsync(database, cancellationToken);
            await using var server = await PostgresMigrationLock.AcquireAsync(database, cancellationToken);
            await database.Database.MigrateAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            spans.Fail(exception.Message);
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }

    /// <summary>Lists the migrations in order, and changes nothing: a database that is not there has none applied.</summary>
    public async Task<(IReadOnlyList<string> Applied, IReadOnlyList<string> Pending)> GetStatusAsync(
        CancellationToken cancellationToken)
    {
        LimitBusyWait();
        var all = database.Database.GetMigrations().ToList();
        if (!await database.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken))
            return ([], all);

        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        return (applied, all.Except(applied, StringComparer.Ordinal).ToList());
    }

    private void LimitBusyWait()
    {
        if (database.Database.GetDbConnection() is SqliteConnection file)
            file.DefaultTimeout = BusySeconds;
    }
}
