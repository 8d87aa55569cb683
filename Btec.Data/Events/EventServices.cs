using Btec.Data.Outbox;
using Btec.Data.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Data.Events;

/// <summary>Registers the outboxes of webhooks and of the broker.</summary>
public static class EventServices
{
    /// <summary>Registers what delivers events. It needs the database and the signing keys.</summary>
    public static IServiceCollection AddEventDelivery(this IServiceCollection services)
    {
        services.AddSingleton<WebhookSecrets>();
        services.AddScoped<WebhookDeliveryQueue>();
        services.AddScoped<OutgoingEventQueue>();
        services.AddScoped<EventPurge>();
        services.AddSignal<WebhookSignal>();
        services.AddSignal<BrokerSignal>();
        return services;
    }
}
