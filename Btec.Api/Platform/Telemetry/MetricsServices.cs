using System.Net;
using Btec.ServiceDefaults;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>Registers the server of the metrics.</summary>
internal static class MetricsServices
{
    /// <summary>Adds the server, if an address is configured for it.</summary>
    /// <exception cref="OptionsValidationException"><c>Metrics:Listen</c> is not an address and a port.</exception>
    public static WebApplicationBuilder AddMetricsServer(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Configuration[MetricsServer.Setting] is not { Length: > 0 } text)
            return builder;

        // A number alone is an IPv4 address, without a port.
        if (!IPEndPoint.TryParse(text, out var address) || address.Port == 0)
            throw MetricsServer.Refuse("must be an IP address and a port, such as 127.0.0.1:9464 or 0.0.0.0:9464");

        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddBtecInstruments().AddPrometheusExporter());
        builder.Services.AddSingleton(services => new MetricsServer(address, services.GetRequiredService<MeterProvider>()));
        return builder;
    }

    /// <summary>Starts the server, if there is one. The host would log a failure to start it with a stack trace.</summary>
    /// <exception cref="OptionsValidationException">The address cannot be listened on.</exception>
    public static Task ServeMetricsAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetService<MetricsServer>()?.StartAsync() ?? Task.CompletedTask;
    }
}
