using Btec.Api.Platform.Jobs;
using Btec.Data.Model;
using Btec.Data.Retention;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Audit;

/// <summary>Deletes audit events that are older than <c>Audit:Retention</c>. Without that setting it deletes none.</summary>
internal sealed class AuditCleanup(
    IServiceScopeFactory scopes, IOptions<AuditOptions> options, TimeProvider clock, ILogger<AuditCleanup> logger)
    : PeriodicCleanup("audit events that are older than Audit:Retention", TimeSpan.FromHours(1), scopes, clock, logger)
{
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        for (short chain = 1; chain <= AuditChain.Count; chain++)
        {
            total += await DeleteInBatchesAsync<AuditPurge>(
                AuditPurge.BatchSize,
                events => events.PruneBatchAsync(chain, Clock.GetUtcNow() - options.Value.Retention!.Value, cancellationToken),
                cancellationToken);
        }

        return total;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.Retention is null ? Task.CompletedTask : base.ExecuteAsync(stoppingToken);
}
