using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Clients;

/// <summary>A single-page application: one page at every path of an origin of its own, and the files that it loads.</summary>
internal static class BrowserApplication
{
    /// <summary>Starts the application.</summary>
    /// <param name="origin">The origin.</param>
    /// <param name="body">The HTML of the page.</param>
    /// <param name="scripts">The paths and files of its scripts.</param>
    public static async Task<WebApplication> StartAsync(string origin, string body, params (string Path, string File)[] scripts)
    {
        // The icon is in the page, so that the browser asks for no other.
        var page = $"<!doctype html><html lang=\"en\"><title>Application</title><link rel=\"icon\" href=\"data:,\"><body>{body}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(origin);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        foreach (var (path, file) in scripts)
            app.MapGet(path, () => TypedResults.PhysicalFile(file, "text/javascript"));

        app.MapFallback(() => TypedResults.Content(page, "text/html; charset=utf-8"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
