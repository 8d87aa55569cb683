using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.Data.Schema;

/// <summary>The health check that fails if the database does not answer or a migration is pending.</summary>
internal sealed class SchemaHealthCheck(BtecDbContext database) : IHealthCheck
{
    /// <summary>The time limit of the check, shorter than the 5 seconds after which orchestrators give up on a probe (Render
    /// documentation, "Health Checks").</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    public static HealthCheckResult Judge(IEnumerable<string> pending) => pending.Any()
        ? HealthCheckResult.Unhealthy("Migrations are pending: run Btec.MigrationService.")
        : HealthCheckResult.Healthy();

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Judge(await database.Database.GetPendingMigrationsAsync(cancellationToken));
}
