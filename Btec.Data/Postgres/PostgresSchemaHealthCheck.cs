using System.Reflection;
using Btec.Data.Model;
using Btec.Data.Schema;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Btec.Data.Postgres;

/// <summary>The check of <see cref="SchemaHealthCheck"/> for PostgreSQL without EF Core, whose models take a third of the time
/// from the start of the API to its first response.</summary>
/// <param name="connectionString">The connection string of the context, so that both share one pool of connections.</param>
internal sealed class PostgresSchemaHealthCheck(string connectionString) : IHealthCheck
{
    private const string Query = """SELECT migration_id FROM "__EFMigrationsHistory" """;

    private static readonly IReadOnlyList<string> Known =
    [
        .. typeof(BtecDbContext).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<DbContextAttribute>()?.ContextType == typeof(BtecDbContext))
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id)
            .OfType<string>(),
    ];

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        SchemaHealthCheck.Judge(Known.Except(await ReadAppliedAsync(cancellationToken), StringComparer.Ordinal));

    private async Task<IReadOnlyCollection<string>> ReadAppliedAsync(CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(Query, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                applied.Add(reader.GetString(0));
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName)
        {
            // No worker has run yet: nothing is applied.
        }

        return applied;
    }
}
