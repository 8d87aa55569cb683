using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Retention;

/// <summary>The deletion of events that were delivered or abandoned, of those to webhooks that are gone, and of those that have waited for the
/// broker for too long.</summary>
public sealed class EventPurge(BtecDbContext database)
{
    /// <summary>The time for which a finished delivery is kept: 7 days, so that it can be looked up and sent again. An event waits as long for
    /// the broker: an outage is noticed and repaired within that time.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(7);

    /// <summary>The number of rows per statement, so that its locks are short. An estimate.</summary>
    public const int BatchSize = 500;

    /// <summary>Deletes one batch of deliveries to webhooks and returns its size.</summary>
    public Task<int> DeleteDeliveriesAsync(DateTimeOffset finishedBefore, CancellationToken cancellationToken) => DeleteAsync(
        database.WebhookDeliveries.Where(delivery => delivery.CreatedAt < finishedBefore
            && (delivery.SentAt < finishedBefore || delivery.AbandonedAt < finishedBefore
                || !database.Webhooks.Any(webhook => webhook.Id == delivery.WebhookId))),
        cancellationToken);

    /// <summary>Deletes one batch of events of the broker and returns its size.</summary>
    public Task<int> DeleteEventsAsync(DateTimeOffset finishedBefore, CancellationToken cancellationToken) => DeleteAsync(
        database.OutgoingEvents.Where(outgoing => outgoing.CreatedAt < finishedBefore
            && (outgoing.SentAt < finishedBefore || outgoing.AbandonedAt < finishedBefore)),
        cancellationToken);

    /// <summary>Deletes one batch of events that still wait for a broker, which is away for long or no longer configured, and returns its
    /// size.</summary>
    public Task<int> DeleteWaitingEventsAsync(DateTimeOffset createdBefore, CancellationToken cancellationToken) => DeleteAsync(
        database.OutgoingEvents.Where(outgoing => outgoing.CreatedAt < createdBefore && outgoing.SentAt == null && outgoing.AbandonedAt == null),
        cancellationToken);

    /// <summary>A finished item was created earlier still, and the creation time has the index.</summary>
    private async Task<int> DeleteAsync<TItem>(IQueryable<TItem> finished, CancellationToken cancellationToken)
        where TItem : OutboxItem
    {
        var ids = await finished.OrderBy(item => item.CreatedAt).Take(BatchSize).Select(item => item.Id).ToListAsync(cancellationToken);
        return ids.Count == 0
            ? 0
            : await database.Set<TItem>().Where(item => ids.Contains(item.Id)).ExecuteDeleteAsync(cancellationToken);
    }
}
