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
/// <param name="connections">The connections of the context.</param>
/// <param name="connectionString">The connection string of the context.</param>
internal sealed class PostgresSchemaHealthCheck(PostgresConnections connections, string connectionString) : IHealthCheck
{
    /// <summary>The applied migrations, and whether this session may write: a standby or a role without rights may not.</summary>
    private const string Query = """
        SELECT migration_id, current_setting('transaction_read_only') = 'off'
            AND has_table_privilege('users', 'UPDATE') AND has_table_privilege('sessions', 'INSERT')
        FROM "__EFMigrationsHistory"
        """;

    private static readonly IReadOnlyList<string> Known =
    [
        .. typeof(BtecDbContext).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<DbContextAttribute>()?.ContextType == typeof(BtecDbContext))
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id)
            .OfType<string>(),
    ];

    /// <summary><see langword="true"/> once a check has found that the connection keeps its session.</summary>
    private bool _keepsSession;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        SchemaHealthCheck.RunAsync(() => CheckAsync(cancellationToken), cancellationToken);

    private async Task<HealthCheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        var mayWrite = true;
        try
        {
            await using var connection = await connections.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(Query, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                applied.Add(reader.GetString(0));
                mayWrite &= reader.GetBoolean(1);
            }
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName)
        {
            // No worker has run yet: nothing is applied.
        }

        if (!_keepsSession)
        {
            if (await PostgresSessionCheck.FindFaultAsync(connectionString, cancellationToken) is { } fault)
                return HealthCheckResult.Unhealthy($"The setting of the database {fault}");

            _keepsSession = true;
        }

        return mayWrite
            ? SchemaHealthCheck.Judge(Known.Except(applied, StringComparer.Ordinal))
            : HealthCheckResult.Unhealthy("The database is read-only, or the role may not write.");
    }
}
