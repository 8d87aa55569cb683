using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Btec.Data;

/// <summary>Brings the schema of the configured database to this version. Harmless when repeated, when several run at once and
/// when killed in the middle.</summary>
public sealed class DatabaseMigrator(BtecDbContext database)
{
    public const string ActivitySourceName = "Btec.Data.Migrations";

    internal static readonly ActivitySource Activities = new(ActivitySourceName);

    /// <summary>Applies every pending migration, creating the database where there is none.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        using var activity = Activities.StartActivity("migrate database");
        using var spans = new MigrationSpans();
        try
        {
            await using var _ = await SqliteMigrationLock.AcquireAsync(database, cancellationToken);
            await MigrateAsync(cancellationToken);
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
        var all = database.Database.GetMigrations().ToList();
        if (!await database.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken))
            return ([], all);

        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        return (applied, all.Except(applied, StringComparer.Ordinal).ToList());
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.Database.MigrateAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // Another worker created the database after this one had looked for it: before it is there, there is nothing to lock.
            await database.Database.MigrateAsync(cancellationToken);
        }
    }
}
