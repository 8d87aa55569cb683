using System.Diagnostics;
using Btec.Data.Model;
using Btec.Data.Postgres;
using Btec.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Btec.Data.Schema;

/// <summary>The migration of the database to the current schema. It may be repeated, run several times at once and be killed at
/// any point.</summary>
public sealed class DatabaseMigrator(BtecDbContext database, DatabaseTarget target, MigrationWait wait)
{
    /// <summary>The name of the activity source of migrations.</summary>
    public const string ActivitySourceName = "Btec.Data.Migrations";

    internal static readonly ActivitySource Activities = new(ActivitySourceName);

    /// <summary>The time for which a statement waits for an SQLite file that another process has locked, in seconds. The wait
    /// cannot be canceled, and a container is killed 10 seconds after it is asked to stop (docker stop).</summary>
    private const int BusySeconds = 3;

    /// <summary>The time limit of a statement of a migration, in seconds. An index on a million users takes 10 seconds
    /// (measured).</summary>
    private const int MigrationSeconds = 3600;

    /// <summary>Applies every pending migration and creates the database if it does not exist.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The connection does not keep its session, and its
    /// setting does not say so.</exception>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        using var activity = Activities.StartActivity("migrate database");
        using var spans = new MigrationSpans();
        LimitBusyWait();
        var usual = database.Database.GetCommandTimeout();
        if (database.Database.IsNpgsql())
            database.Database.SetCommandTimeout(MigrationSeconds);

        try
        {
            await using var file = await SqliteMigrationLock.AcquireAsync(database, wait, cancellationToken);
            await PostgresDatabaseCreation.EnsureAsync(database, cancellationToken);
            await PostgresSessionCheck.RequireAsync(database, target.Source, cancellationToken);
            await using var server = await PostgresMigrationLock.AcquireAsync(database, wait, cancellationToken);
            await database.Database.MigrateAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            spans.Fail(exception.Message);
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
        finally
        {
            database.Database.SetCommandTimeout(usual);
        }
    }

    /// <summary>Returns the migrations in order and changes nothing. A database that does not exist has none applied.</summary>
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
