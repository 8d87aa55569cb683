using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Telemetry;

/// <summary>A receiver of envelopes, as the SDKs of Sentry send them.</summary>
internal sealed class ErrorReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _envelopes = new();

    private ErrorReceiver(WebApplication app)
    {
        _app = app;
        _app.MapPost("/api/42/envelope/", async (HttpRequest request) =>
        {
            await using var body = request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(request.Body, CompressionMode.Decompress)
                : request.Body;
            using var reader = new StreamReader(body, Encoding.UTF8);
            var envelope = await reader.ReadToEndAsync();
            // Of a task that another test in this process has abandoned.
            if (!envelope.Contains("UnobservedTaskException", StringComparison.Ordinal))
                _envelopes.Enqueue(envelope);

            return TypedResults.Ok();
        });
    }

    /// <summary>The envelopes so far.</summary>
    public IReadOnlyCollection<string> Envelopes => _envelopes;

    /// <summary>The DSN of the only project.</summary>
    public string Dsn => new UriBuilder(_app.Urls.Single()) { UserName = "key", Path = "/42" }.Uri.ToString();

    public static async Task<ErrorReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new ErrorReceiver(builder.Build());
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
