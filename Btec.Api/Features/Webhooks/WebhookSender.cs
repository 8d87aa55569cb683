using System.Collections.Concurrent;
using Btec.Api.Platform.Jobs;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Features.Webhooks;

/// <summary>The background service that delivers events to webhooks. Each webhook has places of its own, so that a receiver that is slow or
/// does not answer delays no other.</summary>
internal sealed partial class WebhookSender(
    IServiceScopeFactory scopes,
    WebhookSignal signal,
    OutboxPeek peek,
    WebhookMetrics metrics,
    TimeProvider clock,
    ILogger<WebhookSender> logger)
    : OutboxSender<WebhookDelivery>(WebhookService.MaxCount * MaxPerWebhook, WebhookDeliveryQueue.Table, signal, peek, scopes, clock)
{
    /// <summary>The number of attempts to one webhook at the same time. An estimate; while it fails there is one.</summary>
    private const int MaxPerWebhook = 4;

    private readonly ConcurrentDictionary<Guid, int> _inFlight = new();
    private readonly ConcurrentDictionary<Guid, bool> _failing = new();
    private readonly IServiceScopeFactory _scopes = scopes;
    private readonly WebhookSignal _signal = signal;

    protected override async Task<WebhookDelivery?> ClaimAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var queue = services.GetRequiredService<WebhookDeliveryQueue>();
        var due = await queue.FindDueAsync(cancellationToken);
        // Those with the fewest attempts in flight first, so that all take turns.
        foreach (var webhook in due.Where(HasRoom).OrderBy(CountInFlight))
        {
            if (await queue.ClaimAsync(webhook, cancellationToken) is not { } delivery)
                continue;

            _inFlight.AddOrUpdate(webhook, 1, (_, count) => count + 1);
            return delivery;
        }

        return null;
    }

    protected override async Task DeliverAsync(WebhookDelivery item, CancellationToken abort)
    {
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            var isAccepted = await scope.ServiceProvider.GetRequiredService<WebhookSending>().DeliverAsync(item, abort);
            if (isAccepted)
                _failing.TryRemove(item.WebhookId, out _);
            else
                _failing[item.WebhookId] = true;
        }
        finally
        {
            _inFlight.AddOrUpdate(item.WebhookId, 0, (_, count) => count - 1);
            // There is room for another.
            _signal.Pulse();
        }
    }

    protected override OutboxQueue<WebhookDelivery> GetQueue(IServiceProvider services) => services.GetRequiredService<WebhookDeliveryQueue>();

    protected override void Observe(DateTimeOffset? oldestCreatedAt) => metrics.OldestCreatedAt = oldestCreatedAt;

    protected override void LogFailure(string reason) => LogFailed(reason);

    private bool HasRoom(Guid webhook) => CountInFlight(webhook) < (_failing.ContainsKey(webhook) ? 1 : MaxPerWebhook);

    private int CountInFlight(Guid webhook) => _inFlight.GetValueOrDefault(webhook);

    [LoggerMessage(LogLevel.Warning, "Webhooks cannot be sent at the moment and will be retried: {Reason}")]
    private partial void LogFailed(string reason);
}
