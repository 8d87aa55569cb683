namespace Btec.AppHost;

/// <summary>The pages for people, as links of the API on the dashboard.</summary>
internal static class Pages
{
    private const string Endpoint = "http";

    private static readonly (string Path, string Text)[] Links =
    [
        ("/", "Home"), ("/sign-in", "Sign in"), ("/account", "Account"), ("/admin", "Admin"), ("/docs", "API reference"), ("/api/health", "Health"),
    ];

    /// <summary>Shows the links.</summary>
    public static IResourceBuilder<ProjectResource> WithPageLinks(this IResourceBuilder<ProjectResource> api)
    {
        api.WithUrlForEndpoint(Endpoint, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
        foreach (var (path, text) in Links)
            api.WithUrlForEndpoint(Endpoint, endpoint => new ResourceUrlAnnotation { Url = path, DisplayText = text, Endpoint = endpoint });

        return api;
    }

    /// <summary>Tells the API its address, so that the issuer, mailed links and passkeys fit the browser. A deployed API has an address that
    /// only its operator knows.</summary>
    public static IResourceBuilder<ProjectResource> WithOwnAddress(this IResourceBuilder<ProjectResource> api) =>
        api.ApplicationBuilder.ExecutionContext.IsRunMode ? api.WithEnvironment("PublicUrl", api.GetEndpoint(Endpoint)) : api;
}
