using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Outbox;

/// <summary>The queue of due deliveries to webhooks. Each webhook is claimed for on its own, so that the backlog of one delays no other.</summary>
public sealed class WebhookDeliveryQueue(BtecDbContext database, TimeProvider clock)
    : OutboxQueue<WebhookDelivery>(database, clock, new OutboxTable(Table, Lease))
{
    /// <summary>The name of the table.</summary>
    public const string Table = "webhook_deliveries";

    /// <summary>The time for which a claim holds: longer than an attempt takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly BtecDbContext _database = database;
    private readonly TimeProvider _clock = clock;

    /// <summary>Returns the active webhooks that have a due delivery.</summary>
    public async Task<IReadOnlyList<Guid>> FindDueAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetStoredNow();
        return await _database.Webhooks
            .Where(webhook => webhook.IsActive && Due(now).Any(delivery => delivery.WebhookId == webhook.Id))
            .Select(webhook => webhook.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Claims the delivery to a webhook that has been due for longest, until <see cref="Lease"/> has passed.</summary>
    public Task<WebhookDelivery?> ClaimAsync(Guid webhookId, CancellationToken cancellationToken) =>
        ClaimAsync(TimeSpan.Zero, "webhook_id = {2}", webhookId, cancellationToken);

    /// <summary>Stores the answer to an attempt.</summary>
    public Task RecordAnswerAsync(Guid id, int? status, string? response, CancellationToken cancellationToken) =>
        _database.WebhookDeliveries.Where(delivery => delivery.Id == id).ExecuteUpdateAsync(
            row => row.SetProperty(delivery => delivery.ResponseStatus, status).SetProperty(delivery => delivery.Response, response),
            cancellationToken);

    /// <summary>Abandons every delivery that waits for a webhook.</summary>
    public Task<int> AbandonAllAsync(Guid webhookId, string error, CancellationToken cancellationToken)
    {
        var now = _clock.GetStoredNow();
        return _database.WebhookDeliveries
            .Where(delivery => delivery.WebhookId == webhookId && delivery.SentAt == null && delivery.AbandonedAt == null)
            .ExecuteUpdateAsync(
                row => row.SetProperty(delivery => delivery.AbandonedAt, now).SetProperty(delivery => delivery.LastError, error),
                cancellationToken);
    }
}
