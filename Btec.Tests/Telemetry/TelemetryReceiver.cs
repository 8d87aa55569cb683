using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Telemetry;

/// <summary>Receives OTLP over HTTP, and keeps the bytes: names and values stand in them as they are.</summary>
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

    /// <summary>Everything that came, one character a byte.</summary>
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

    /// <summary>The settings with which a program sends everything here.</summary>
    public (string Name, string? Value)[] ToSettings() =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Read(string signal) => string.Concat(
        _payloads.Where(payload => payload.Path == signal).Select(payload => Encoding.Latin1.GetString(payload.Payload)));
}
