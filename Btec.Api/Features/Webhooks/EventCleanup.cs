using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.Webhooks;

/// <summary>The background job that deletes events a week after they were delivered or abandoned, and those that have waited for the broker
/// for as long.</summary>
internal sealed partial class EventCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<EventCleanup> logger)
    : PeriodicCleanup("finished events", TimeSpan.FromHours(1), scopes, clock, logger)
{
    private readonly ILogger _logger = logger;

    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = Clock.GetUtcNow() - EventPurge.KeptAfterEnd;
        var expired = await DeleteInBatchesAsync<EventPurge>(
            EventPurge.BatchSize, events => events.DeleteWaitingEventsAsync(before, cancellationToken), cancellationToken);
        if (expired > 0)
            LogExpired(expired);

        return await DeleteInBatchesAsync<EventPurge>(
                EventPurge.BatchSize, events => events.DeleteDeliveriesAsync(before, cancellationToken), cancellationToken)
            + await DeleteInBatchesAsync<EventPurge>(
                EventPurge.BatchSize, events => events.DeleteEventsAsync(before, cancellationToken), cancellationToken);
    }

    [LoggerMessage(
        LogLevel.Error, "{Count} events were never published: they had waited for the broker for a week and were deleted.")]
    private partial void LogExpired(int count);
}
