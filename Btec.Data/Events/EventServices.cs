using Btec.Data.Outbox;
using Btec.Data.Retention;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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

    /// <summary>Has events written for the broker as well, if one is configured. Otherwise rows would pile up that nobody reads.</summary>
    /// <returns>The address, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="OptionsValidationException"><c>ConnectionStrings:rabbitmq</c> is not a valid address.</exception>
    public static BrokerAddress? AddEventBroker(this IServiceCollection services, IConfiguration configuration)
    {
        var address = BrokerAddress.Find(configuration);
        if (address is not null)
            services.AddSingleton(EventBroker.Of(configuration));

        return address;
    }
}
