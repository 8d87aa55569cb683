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

/// <summary>What the API and the worker have in common: telemetry, health, discovery, resilience, the clock.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Liveness: the process answers.</summary>
    public const string AlivePath = "/alive";

    /// <summary>Readiness: every health check passes.</summary>
    public const string HealthPath = "/health";

    private const string LiveTag = "live";

    /// <summary>Milliseconds for one export, where <c>OTEL_EXPORTER_OTLP_TIMEOUT</c> does not say: an application that flushes
    /// to a collector that went away must still stop within the 10 s that orchestrators grant.</summary>
    private const int ExportTimeoutMilliseconds = 2_000;

    /// <summary>Gives each request its trace's id where nobody else listens, whatever is logged.</summary>
    private static readonly ActivityListener TraceIds = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
    };

    /// <summary>Where configuration says nothing else.</summary>
    private static readonly Dictionary<string, string?> LogLevels = new(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Default"] = nameof(LogLevel.Information),
        ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:System.Net.Http.HttpClient"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Polly"] = nameof(LogLevel.Warning),
    };

    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });
        builder.AddConsoleLogs();
        builder.AddTelemetry();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>Maps liveness and readiness, in every environment, for the orchestrators in front of it.</summary>
    public static IEndpointRouteBuilder MapDefaultEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var probe = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]);
        endpoints.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) })
            .WithMetadata(probe);
        endpoints.MapHealthChecks(HealthPath).WithMetadata(probe);
        return endpoints;
    }

    /// <summary>One JSON object a line where machines read the log, with the trace's id in its scopes.</summary>
    private static void AddConsoleLogs(this IHostApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
            return;

        builder.Logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            // A line of a log is no part of a page: what HTML would escape stays readable.
            console.JsonWriterOptions = new JsonWriterOptions { Indented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
    }

    /// <summary>Where there is no collector nothing is measured, which saves some of the processor time of every request.</summary>
    private static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            ActivitySource.AddActivityListener(TraceIds);
            return;
        }

        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_TIMEOUT"]))
            builder.Services.ConfigureAll<OtlpExporterOptions>(exporter => exporter.TimeoutMilliseconds = ExportTimeoutMilliseconds);

        builder.Services.ConfigureAll<OtlpExporterOptions>(UseClientOfItsOwn);
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("Btec.*"))
            .WithTracing(tracing => tracing
                .AddSource("Btec.*")
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsProbe(context.Request.Path))
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
    }

    /// <summary>A factory that is not the default one keeps the exporter from taking a client with the resilience of this
    /// application's: that one retries while the application waits to stop, and is disposed before the last logs are sent.</summary>
    private static void UseClientOfItsOwn(OtlpExporterOptions exporter)
    {
        var create = exporter.HttpClientFactory;
        exporter.HttpClientFactory = () => create();
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments(AlivePath, StringComparison.Ordinal) || path.StartsWithSegments(HealthPath, StringComparison.Ordinal);
}
