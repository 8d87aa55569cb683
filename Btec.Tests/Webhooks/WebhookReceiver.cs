using System.Collections.Concurrent;
using Btec.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Webhooks;

/// <summary>A server that receives events.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Address => $"{_app.Urls.First()}/hook";

    /// <summary>Gets the events that were received, at any path.</summary>
    public ConcurrentQueue<ReceivedEvent> Received { get; } = [];

    /// <summary>The answer to the next requests.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public void AnswerStatus(int status, string? retryAfter = null) => Answer = context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;

        context.Response.Headers.Location = $"{_app.Urls.First()}/elsewhere";
        return context.Response.WriteAsync($"status {status}");
    };

    /// <summary>Waits until a number of events has arrived.</summary>
    public async Task<IReadOnlyList<ReceivedEvent>> WaitAsync(int count)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(Received.Count >= count), $"{count} events have arrived");
        return [.. Received];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Received.Enqueue(new ReceivedEvent(context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary()), body));
        await Answer(context);
    }
}

/// <summary>A request that a receiver got.</summary>
internal sealed record ReceivedEvent(string Path, IHeaderDictionary Headers, string Body)
{
    public string Id => Headers["webhook-id"].ToString();

    public string[] Signatures => Headers["webhook-signature"].ToString().Split(' ');
}
