using Btec.Api.Platform.Telemetry;
using Btec.Data.Events;

namespace Btec.Api.Features.Broker;

/// <summary>Registers the publication of events to RabbitMQ.</summary>
internal static class BrokerServices
{
    /// <summary>Registers the publisher if <c>ConnectionStrings:rabbitmq</c> is set. Without it the client of RabbitMQ is never loaded,
    /// which a process that needs none would pay for in memory.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The setting is not a valid address.</exception>
    public static IServiceCollection AddBroker(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.AddEventBroker(configuration) is { } address)
            services.AddPublisher(address);

        return services;
    }

    private static void AddPublisher(this IServiceCollection services, BrokerAddress address)
    {
        services.AddSingleton(address);
        services.AddSingleton<BrokerOutage>();
        services.AddSingleton<BrokerConnection>();
        services.AddSingleton<BrokerMetrics>();
        services.AddHostedService<EventPublisher>();
    }
}
