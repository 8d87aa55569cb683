using Btec.Api.Platform.Jobs;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Features.Broker;

/// <summary>The background service that publishes events to the broker. While that is unavailable, it claims none: they wait as they
/// are.</summary>
internal sealed partial class EventPublisher(
    IServiceScopeFactory scopes,
    BrokerSignal signal,
    OutboxPeek peek,
    BrokerConnection broker,
    BrokerMetrics metrics,
    TimeProvider clock,
    ILogger<EventPublisher> logger) : OutboxSender<OutgoingEvent>(MaxInFlight, OutgoingEventQueue.Table, signal, peek, scopes, clock)
{
    /// <summary>The number of events that wait for a confirmation at the same time. An estimate: brokers confirm in groups.</summary>
    private const int MaxInFlight = 32;

    private readonly IServiceScopeFactory _scopes = scopes;

    /// <summary>Connects before there is an event, so that an outage is known from the start.</summary>
    protected override Task PrepareAsync(CancellationToken cancellationToken) => broker.IsReadyAsync(cancellationToken);

    protected override async Task<OutgoingEvent?> ClaimAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        await broker.IsReadyAsync(cancellationToken)
            ? await services.GetRequiredService<OutgoingEventQueue>().ClaimAsync(cancellationToken)
            : null;

    protected override async Task DeliverAsync(OutgoingEvent item, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(item);
        try
        {
            await RecordAsync(item, await broker.PublishAsync(item, abort));
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await WithQueueAsync(queue => queue.DeferAsync(item, Clock.GetStoredNow(), error: null, CancellationToken.None));
        }
    }

    protected override OutboxQueue<OutgoingEvent> GetQueue(IServiceProvider services) => services.GetRequiredService<OutgoingEventQueue>();

    protected override void Observe(DateTimeOffset? oldestCreatedAt) => metrics.OldestCreatedAt = oldestCreatedAt;

    protected override void LogFailure(string reason) => LogFailed(reason);

    private Task<bool> RecordAsync(OutgoingEvent item, PublishOutcome outcome)
    {
        switch (outcome)
        {
            case PublishOutcome.Confirmed:
                metrics.CountPublished();
                return WithQueueAsync(queue => queue.MarkSentAsync(item.Id, CancellationToken.None));
            case PublishOutcome.Refused:
                metrics.CountFailed("refused");
                LogRefused(item.Id, item.Attempts);
                return DeferAsync(item, PublishSchedule.FindDelay(item.Attempts), "The broker has refused the event.");
            default:
                metrics.CountFailed("no_answer");
                return DeferAsync(item, PublishSchedule.FirstDelay, "The broker has not confirmed the event.");
        }
    }

    private Task<bool> DeferAsync(OutgoingEvent item, TimeSpan delay, string error) =>
        WithQueueAsync(queue => queue.DeferAsync(item, Clock.GetStoredNow() + delay, error, CancellationToken.None));

    private async Task<bool> WithQueueAsync(Func<OutgoingEventQueue, Task<bool>> use)
    {
        await using var scope = _scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<OutgoingEventQueue>());
    }

    [LoggerMessage(LogLevel.Information, "Event {EventId} was refused by the broker on attempt {Attempt}.")]
    private partial void LogRefused(Guid eventId, int attempt);

    [LoggerMessage(LogLevel.Warning, "Events cannot be published at the moment and will be retried: {Reason}")]
    private partial void LogFailed(string reason);
}
