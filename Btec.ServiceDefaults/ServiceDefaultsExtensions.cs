using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Btec.ServiceDefaults;

/// <summary>The services that the API and the worker share: telemetry, health checks and the clock.</summary>
/// <remarks>Neither calls another service of the application, so there is no service discovery. What they send is repeated by an outbox,
/// not by the HTTP client.</remarks>
public static class ServiceDefaultsExtensions
{
    /// <summary>The path of the liveness probe: 200 while the process answers.</summary>
    public const string AlivePath = "/alive";

    /// <summary>The path of the readiness probe: 200 while every health check passes.</summary>
    public const string HealthPath = "/health";

    /// <summary>The path of the metrics for Prometheus, on a port of its own.</summary>
    public const string MetricsPath = "/metrics";

    private const string LiveTag = "live";

    /// <summary>The default timeout of one export in milliseconds, unless <c>OTEL_EXPORTER_OTLP_TIMEOUT</c> is set. With it, the
    /// process stops within the 10 s that Docker grants, even if the collector is unreachable.</summary>
    private const int ExportTimeoutMilliseconds = 2_000;

    /// <summary>A listener that gives each request a trace id for the logs when telemetry is off.</summary>
    private static readonly ActivityListener TraceIds = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
    };

    /// <summary>The default log levels.</summary>
    private static readonly Dictionary<string, string?> LogLevels = new(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Default"] = nameof(LogLevel.Information),
        ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),
        // Its scope would add the path as the client wrote it to every line of a request. The trace id tells requests apart.
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = nameof(LogLevel.None),
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = nameof(LogLevel.Warning),
    };

    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        UnicodeSupport.Require();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });
        builder.AddConsoleLogs();
        builder.AddTelemetry();
        builder.AddErrorTracking();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        return builder;
    }

    /// <summary>Adds every instrument that is exported, wherever to; those of Npgsql come with the database.</summary>
    public static MeterProviderBuilder AddBtecInstruments(this MeterProviderBuilder metrics) => metrics
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddRuntimeInstrumentation()
        .AddMeter("Btec.*");

    /// <summary>Maps the liveness and readiness probes, in every environment.</summary>
    public static IEndpointRouteBuilder MapDefaultEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var probe = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]);
        endpoints.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) })
            .WithMetadata(probe);
        endpoints.MapHealthChecks(HealthPath).WithMetadata(probe);
        return endpoints;
    }

    /// <summary>Logs one JSON object per line outside Development, with the trace id in its scopes.</summary>
    private static void AddConsoleLogs(this IHostApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
            return;

        builder.Logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            // Logs are not embedded in HTML, so nothing needs to be escaped for it.
            console.JsonWriterOptions = new JsonWriterOptions
            {
                Indented = false,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            };
        });
    }

    /// <summary>Adds OpenTelemetry if a collector is configured. Without one it would cost a fifth of the processor time of each
    /// request.</summary>
    private static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            ActivitySource.AddActivityListener(TraceIds);
            return;
        }

        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_TIMEOUT"]))
        {
            builder.Services.ConfigureAll<OtlpExporterOptions>(
                exporter => exporter.TimeoutMilliseconds = ExportTimeoutMilliseconds);
        }

        builder.Services.ConfigureAll<OtlpExporterOptions>(UseSeparateHttpClient);
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddBtecInstruments())
            .WithTracing(tracing => tracing
                .AddSource("Btec.*")
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsProbe(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddProcessor(new AnonymousSpans()))
            .UseOtlpExporter();
    }

    /// <summary>Keeps the exporter from using the application's <c>IHttpClientFactory</c>.</summary>
    /// <remarks>The exporter does so only while its factory is the default delegate. The application's clients retry, which
    /// delays shutdown, and they are disposed before the last logs are sent.</remarks>
    private static void UseSeparateHttpClient(OtlpExporterOptions exporter)
    {
        var create = exporter.HttpClientFactory;
        exporter.HttpClientFactory = () => create();
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments(AlivePath, StringComparison.Ordinal)
        || path.StartsWithSegments(HealthPath, StringComparison.Ordinal)
        || path.StartsWithSegments(MetricsPath, StringComparison.Ordinal);
}
