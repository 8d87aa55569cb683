using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Btec.AppHost.Databases;

/// <summary>The name by which a person knows the database.</summary>
internal static class DatabaseName
{
    /// <summary>Returns the name of the PostgreSQL database, or the file name of the SQLite database.</summary>
    public static string Find(DatabaseChoice choice, IDistributedApplicationBuilder builder)
    {
        switch (choice.Kind)
        {
            case DatabaseKind.External:
                var target = DatabaseResources.ReadTarget(builder.Configuration.GetConnectionString(DatabaseResources.Name)!);
                return target.IsPostgres
                    ? new NpgsqlConnectionStringBuilder(target.ConnectionString).Database ?? DatabaseResources.Name
                    : Path.GetFileName(new SqliteConnectionStringBuilder(target.ConnectionString).DataSource);
            case DatabaseKind.Sqlite:
                return Path.GetFileName(DatabaseResources.GetSqliteFile(builder));
            default:
                return DatabaseResources.Name;
        }
    }
}
