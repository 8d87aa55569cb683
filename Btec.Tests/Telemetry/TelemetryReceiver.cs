using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Telemetry;

/// <summary>A receiver of OTLP over HTTP. It keeps the raw payloads, in which names and values appear as plain text.</summary>
internal sealed class TelemetryReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Payload)> _payloads = new();

    private TelemetryReceiver(WebApplication app)
    {
        _app = app;
        _app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var payload = new MemoryStream();
            await request.Body.CopyToAsync(payload);
            _payloads.Enqueue((signal, payload.ToArray()));
            return TypedResults.Ok();
        });
    }

    /// <summary>All payloads, one character per byte.</summary>
    public string All => string.Concat(_payloads.Select(payload => Encoding.Latin1.GetString(payload.Payload)));

    public string Traces => Read("traces");

    public string Logs => Read("logs");

    public string Metrics => Read("metrics");

    public static async Task<TelemetryReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new TelemetryReceiver(builder.Build());
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Returns the settings of a program that exports to this receiver.</summary>
    public (string Name, string? Value)[] ToSettings() =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Read(string signal) => string.Concat(
        _payloads.Where(payload => payload.Path == signal).Select(payload => Encoding.Latin1.GetString(payload.Payload)));
}
