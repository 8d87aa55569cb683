using Btec.Api.Platform.Telemetry;
using Btec.Data.Events;

namespace Btec.Api.Features.Webhooks;

/// <summary>Registers webhooks and their delivery (Standard Webhooks 1.0.0).</summary>
internal static class WebhookServices
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<WebhookOptions, WebhookOptionsValidator>().BindConfiguration(WebhookOptions.SectionName);
        services.AddEventDelivery();
        services.AddScoped<WebhookService>();
        services.AddScoped<DeliveryService>();
        services.AddScoped<WebhookDisabler>();
        services.AddScoped<WebhookSending>();
        services.AddSingleton<WebhookUrl>();
        services.AddSingleton<HostNames>();
        services.AddSingleton<WebhookClient>();
        services.AddSingleton<WebhookMetrics>();
        services.AddHostedService<WebhookSender>();
        services.AddHostedService<EventCleanup>();
        return services;
    }
}
