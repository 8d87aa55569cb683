using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.AuthorizationServer;

/// <summary>A client that receives logout tokens.</summary>
internal sealed class LogoutReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LogoutReceiver(WebApplication app) => _app = app;

    public string Address => $"{_app.Urls.First()}/logout";

    /// <summary>The tokens that were received, at whatever path.</summary>
    public ConcurrentQueue<string> Tokens { get; } = [];

    /// <summary>The status of the next answers.</summary>
    public int Status { get; set; } = 200;

    public static async Task<LogoutReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new LogoutReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        Tokens.Enqueue(context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync())["logout_token"].ToString()
            : context.Request.Path.ToString());
        context.Response.StatusCode = Status;
        if (Status is 302 or 307)
            context.Response.Headers.Location = $"{_app.Urls.First()}/elsewhere";
    }
}
