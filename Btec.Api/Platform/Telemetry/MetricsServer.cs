using System.Net;
using System.Net.Sockets;
using Btec.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The server from which Prometheus reads the metrics. It is not the server of the API, so that neither its clients nor its
/// proxies reach the metrics, and no limit of the API refuses Prometheus.</summary>
internal sealed class MetricsServer(IPEndPoint address, MeterProvider meters) : IAsyncDisposable
{
    public const string Setting = "Metrics:Listen";

    /// <summary>The number of simultaneous connections. Two servers of Prometheus hold one each; the rest is for people. An
    /// estimate.</summary>
    private const int MaxConnections = 20;

    private WebApplication? _server;

    /// <exception cref="OptionsValidationException">The address cannot be listened on.</exception>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(address);
        });
        _server = builder.Build();
        _server.Use((context, next) =>
        {
            // The requests of Prometheus are not requests of users.
            if (context.Features.Get<IHttpMetricsTagsFeature>() is { } tags)
                tags.MetricsDisabled = true;

            return next(context);
        });
        _server.UseOpenTelemetryPrometheusScrapingEndpoint(
            meters, predicate: null, ServiceDefaultsExtensions.MetricsPath, configureBranchedPipeline: null, optionsName: null);
        try
        {
            await _server.StartAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw Refuse("cannot be listened on: it is in use, or not an address of this machine");
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal static OptionsValidationException Refuse(string reason) =>
        new(Setting, typeof(MetricsServer), [$"{Setting} {reason}."]);
}
