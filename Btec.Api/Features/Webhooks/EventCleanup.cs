using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.Webhooks;

/// <summary>The background job that deletes events a week after they were delivered or abandoned.</summary>
internal sealed class EventCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<EventCleanup> logger)
    : PeriodicCleanup("finished events", TimeSpan.FromHours(1), scopes, clock, logger)
{
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = Clock.GetUtcNow() - EventPurge.KeptAfterEnd;
        return await DeleteInBatchesAsync<EventPurge>(
                EventPurge.BatchSize, events => events.DeleteDeliveriesAsync(before, cancellationToken), cancellationToken)
            + await DeleteInBatchesAsync<EventPurge>(
                EventPurge.BatchSize, events => events.DeleteEventsAsync(before, cancellationToken), cancellationToken);
    }
}
