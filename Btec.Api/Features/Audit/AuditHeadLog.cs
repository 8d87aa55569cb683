using Btec.Api.Platform.Jobs;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Audit;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Audit;

/// <summary>Writes the heads of the audit chains to the log, which is elsewhere than the database. A noted head shows later that
/// no older event was changed or removed, even by somebody who knows the secret.</summary>
internal sealed partial class AuditHeadLog(
    IServiceScopeFactory scopes, AuditMetrics metrics, TimeProvider clock, ILogger<AuditHeadLog> logger)
    : PeriodicJob(Period, clock)
{
    /// <summary>The time between two notes: one hour. What is removed within an hour of being written may stay unnoticed by a
    /// comparison with them; no standard sets the time.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var chains = await scope.ServiceProvider.GetRequiredService<BtecDbContext>().AuditChains.AsNoTracking()
            .ToListAsync(cancellationToken);
        var ends = scope.ServiceProvider.GetRequiredService<AuditEnds>();
        var faulty = chains.Where(chain => !ends.AreAuthentic(chain)).Select(chain => chain.Id).Order().ToList();
        metrics.SetFaultyChains(faulty.Count);
        if (faulty.Count > 0)
            LogNotAuthentic(string.Join(", ", faulty));

        if (chains.Exists(chain => chain.Length > 0))
            LogHeads(AuditHead.Write(chains));
    }

    protected override void LogFailure(string reason) => LogFailed(reason);

    [LoggerMessage(LogLevel.Information, "The heads of the audit chains are {Heads}.")]
    private partial void LogHeads(string heads);

    [LoggerMessage(
        LogLevel.Error, "The ends of the audit chains {Chains} are not authentic. Run the worker with --verify-audit.")]
    private partial void LogNotAuthentic(string chains);

    [LoggerMessage(LogLevel.Warning, "The heads of the audit chains could not be noted and will be next time: {Reason}")]
    private partial void LogFailed(string reason);
}
