using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting;

/// <summary>The pages for people, as links on the dashboard.</summary>
internal static class BtecLinks
{
    private static readonly (string Path, string Text)[] Links =
    [
        ("/", "Home"), ("/sign-in", "Sign in"), ("/account", "Account"), ("/admin", "Admin"), ("/docs", "API reference"), ("/api/health", "Health"),
    ];

    /// <summary>Shows the links.</summary>
    public static IResourceBuilder<T> WithBtecLinks<T>(this IResourceBuilder<T> api, string endpointName)
        where T : IResourceWithEndpoints
    {
        api.WithUrlForEndpoint(endpointName, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
        foreach (var (path, text) in Links)
            api.WithUrlForEndpoint(endpointName, endpoint => new ResourceUrlAnnotation { Url = path, DisplayText = text, Endpoint = endpoint });

        return api;
    }
}
