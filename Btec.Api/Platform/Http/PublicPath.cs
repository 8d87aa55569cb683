using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Http;

/// <summary>The path under which the system is published, such as /auth: the path of <c>PublicUrl</c> or, without that setting and
/// with <c>Proxy:ForwardedPrefix</c>, the header <c>X-Forwarded-Prefix</c>. It becomes the path base of each request.</summary>
internal static class PublicPath
{
    private const string WellKnown = "/.well-known";

    /// <summary>Applies the path to each request, and then finds its route. The proxy may have removed the path of
    /// <c>PublicUrl</c> or not; it has removed a path that it reports in the header.</summary>
    public static WebApplication UsePublicPath(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var address = app.Services.GetRequiredService<IOptions<PublicAddressOptions>>().Value;
        var proxies = app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value;
        if (address.Path is { HasValue: true } path)
        {
            var ownFolders = new Lazy<HashSet<string>>(() => FindFolders(app.Services.GetRequiredService<EndpointDataSource>()));
            app.Use((context, next) =>
            {
                Apply(context.Request, path, ownFolders.Value);
                return next(context);
            });
        }
        else if (address.PublicUrl is null && proxies.ForwardedPrefix)
        {
            app.Use((context, next) =>
            {
                context.Request.PathBase = ForwardedPrefix.Find(context.Request.Headers, proxies.TrustedHops);
                return next(context);
            });
        }

        app.UseRouting();
        return app;
    }

    private static void Apply(HttpRequest request, PathString path, HashSet<string> ownFolders)
    {
        if (HasSuffix(request.Path, path))
            request.Path = request.Path.Value![..^path.Value!.Length];
        // Under a path such as /api, a request for /api/users cannot be told from one from which the proxy has removed the path.
        else if (!ownFolders.Contains(FolderOf(path.Value!)) && request.Path.StartsWithSegments(path, StringComparison.Ordinal, out var rest))
            request.Path = rest.HasValue ? rest : "/";

        request.PathBase = path;
    }

    /// <summary>Returns whether a path is that of metadata to which the path of the issuer is appended (RFC 8414 section
    /// 3.1).</summary>
    private static bool HasSuffix(PathString requested, PathString path) =>
        requested.StartsWithSegments(WellKnown, StringComparison.Ordinal)
        && requested.Value!.EndsWith(path.Value!, StringComparison.Ordinal);

    private static HashSet<string> FindFolders(EndpointDataSource routes) => routes.Endpoints.OfType<RouteEndpoint>()
        .Select(route => FolderOf($"/{route.RoutePattern.RawText!.TrimStart('/')}"))
        .ToHashSet(StringComparer.Ordinal);

    private static string FolderOf(string path) => path.Split('/')[1];
}
