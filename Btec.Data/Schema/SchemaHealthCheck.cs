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

    /// <summary>Runs a check. A database that does not answer as it should is a result with a reason: an exception would be logged
    /// with its stack for every probe.</summary>
    public static async Task<HealthCheckResult> RunAsync(Func<Task<HealthCheckResult>> check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(check);
        try
        {
            return await check();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The database did not answer in time.");
        }
        catch (Exception exception) when (DatabaseFaults.IsUnavailable(exception))
        {
            return HealthCheckResult.Unhealthy(DatabaseFaults.Explain(exception));
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => RunAsync(
        async () => Judge(await database.Database.GetPendingMigrationsAsync(cancellationToken)), cancellationToken);
}
