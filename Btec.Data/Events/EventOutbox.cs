using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Data.Events;

/// <summary>The events for webhooks and the broker, which are written in the transaction of the audit events that they report.</summary>
/// <param name="database">The context of the transaction.</param>
/// <param name="broker">The broker, or <see langword="null"/> if none is configured.</param>
public sealed class EventOutbox(BtecDbContext database, EventBroker? broker = null)
{
    /// <summary>Adds what reports audit events to the context. The next save stores it.</summary>
    internal async Task AddAsync(IReadOnlyList<AuditEvent> audited, CancellationToken cancellationToken)
    {
        var events = audited.Select(one => (Audited: one, Type: EventTypes.Find(one)!)).Where(one => one.Type is not null).ToList();
        if (events.Count == 0)
            return;

        var webhooks = await database.Webhooks.AsNoTracking().Where(webhook => webhook.IsActive)
            .Select(webhook => new Subscription(webhook.Id, webhook.Events, webhook.IncludeEmail)).ToListAsync(cancellationToken);
        foreach (var (one, type) in events)
        {
            if (broker is not null)
                database.OutgoingEvents.Add(ForBroker(one, type, broker));

            var receivers = webhooks.FindAll(webhook => webhook.Events.Contains(type, StringComparer.Ordinal));
            if (receivers.Count > 0)
                await AddDeliveriesAsync(one, type, receivers, cancellationToken);
        }
    }

    /// <summary>Returns a delivery that is due at once.</summary>
    public static WebhookDelivery CreateDelivery(Guid webhookId, Guid eventId, string type, string payload, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        WebhookId = webhookId,
        EventId = eventId,
        EventType = type,
        Payload = payload,
        CreatedAt = now,
        NextAttemptAt = now,
    };

    /// <summary>Returns a delivery that only tries a webhook.</summary>
    public static WebhookDelivery CreateTest(Guid webhookId, DateTimeOffset now) =>
        CreateDelivery(webhookId, Guid.CreateVersion7(now), EventTypes.Test, EventPayload.ForTest(now), now);

    private async Task AddDeliveriesAsync(
        AuditEvent audited, string type, IReadOnlyList<Subscription> receivers, CancellationToken cancellationToken)
    {
        // The address that the transaction leaves the user with. Of a deleted user there is none.
        var email = audited.UserId is { } userId && receivers.Any(webhook => webhook.IncludeEmail)
            ? await database.Users.Where(user => user.Id == userId).Select(user => user.Email).SingleOrDefaultAsync(cancellationToken)
            : null;
        foreach (var webhook in receivers)
        {
            var payload = EventPayload.ForWebhook(type, audited, webhook.IncludeEmail ? email : null);
            database.WebhookDeliveries.Add(CreateDelivery(webhook.Id, audited.Id, type, payload, audited.OccurredAt));
        }
    }

    private static OutgoingEvent ForBroker(AuditEvent audited, string type, EventBroker broker) => new()
    {
        Id = audited.Id,
        EventType = type,
        Payload = EventPayload.ForBroker(type, audited, broker.Source),
        CreatedAt = audited.OccurredAt,
        NextAttemptAt = audited.OccurredAt,
    };

    private sealed record Subscription(Guid Id, IReadOnlyList<string> Events, bool IncludeEmail);
}
