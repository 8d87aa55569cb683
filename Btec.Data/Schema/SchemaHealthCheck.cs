using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.Data.Schema;

/// <summary>Healthy when the database answers and no migration is pending.</summary>
internal sealed class SchemaHealthCheck(BtecDbContext database) : IHealthCheck
{
    /// <summary>Shorter than the 5 s after which orchestrators give up on a probe (Render: "Health Checks").</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    public static HealthCheckResult Judge(IEnumerable<string> pending) => pending.Any()
        ? HealthCheckResult.Unhealthy("Migrations are pending: run Btec.MigrationService.")
        : HealthCheckResult.Healthy();

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Judge(await database.Database.GetPendingMigrationsAsync(cancellationToken));
}
