using Btec.Api.Platform.Errors;
using Btec.Data.Events;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Webhooks;

/// <summary>Lists deliveries for superusers, and sends events again.</summary>
internal sealed class DeliveryService(BtecDbContext database, TimeProvider clock)
{
    /// <summary>Lists the deliveries to a webhook, newest first. If there is a next page, the list has one more than the page holds.</summary>
    public async Task<IReadOnlyList<WebhookDelivery>?> ListAsync(
        Guid webhookId, DeliveryListQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!await database.Webhooks.AnyAsync(webhook => webhook.Id == webhookId, cancellationToken))
            return null;

        var found = database.WebhookDeliveries.AsNoTracking().Where(delivery => delivery.WebhookId == webhookId);
        found = query.Status switch
        {
            WebhookDeliveryResponse.Pending => found.Where(delivery => delivery.SentAt == null && delivery.AbandonedAt == null),
            WebhookDeliveryResponse.Sent => found.Where(delivery => delivery.SentAt != null),
            WebhookDeliveryResponse.Abandoned => found.Where(delivery => delivery.AbandonedAt != null && delivery.SentAt == null),
            _ => found,
        };
        if (query.BeforeId is { } before)
            found = found.Where(delivery => delivery.Id.CompareTo(before) < 0);

        return await found.OrderByDescending(delivery => delivery.Id).Take(query.Limit + 1).ToListAsync(cancellationToken);
    }

    /// <summary>Sends an event that only tries a webhook.</summary>
    /// <returns>The delivery, <see cref="AuthError.NotFound"/> or <see cref="AuthError.WebhookInactive"/>.</returns>
    public async Task<Result<WebhookDelivery>> TestAsync(Guid webhookId, CancellationToken cancellationToken) =>
        await FindRefusalAsync(webhookId, cancellationToken) is { } refusal
            ? refusal
            : await AddAsync(EventOutbox.CreateTest(webhookId, clock.GetStoredNow()), cancellationToken);

    /// <summary>Sends the event of a delivery again, with the same id and body.</summary>
    /// <returns>The new delivery, <see cref="AuthError.NotFound"/> or <see cref="AuthError.WebhookInactive"/>.</returns>
    public async Task<Result<WebhookDelivery>> RetryAsync(Guid webhookId, Guid deliveryId, CancellationToken cancellationToken)
    {
        if (await FindRefusalAsync(webhookId, cancellationToken) is { } refusal)
            return refusal;

        return await database.WebhookDeliveries.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == deliveryId && row.WebhookId == webhookId, cancellationToken) is { } former
            ? await AddAsync(
                EventOutbox.CreateDelivery(webhookId, former.EventId, former.EventType, former.Payload, clock.GetStoredNow()),
                cancellationToken)
            : AuthError.NotFound;
    }

    private async Task<AuthError?> FindRefusalAsync(Guid webhookId, CancellationToken cancellationToken)
    {
        var isActive = await database.Webhooks.Where(webhook => webhook.Id == webhookId)
            .Select(webhook => (bool?)webhook.IsActive).SingleOrDefaultAsync(cancellationToken);
        return isActive switch { null => AuthError.NotFound, false => AuthError.WebhookInactive, true => null };
    }

    private async Task<WebhookDelivery> AddAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        database.WebhookDeliveries.Add(delivery);
        await database.SaveChangesAsync(cancellationToken);
        return delivery;
    }
}
