using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The creation of a database on PostgreSQL that does not exist yet.</summary>
internal static class PostgresDatabaseCreation
{
    /// <summary>Creates the database if it does not exist. Does nothing on SQLite.</summary>
    public static async Task EnsureAsync(BtecDbContext database, CancellationToken cancellationToken)
    {
        if (!database.Database.IsNpgsql())
            return;

        var creator = database.GetService<IRelationalDatabaseCreator>();
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
}
