using Btec.Hosting;

namespace Btec.AppHost;

/// <summary>The pages for people, as links of the API on the dashboard.</summary>
internal static class Pages
{
    private const string Endpoint = "http";

    /// <summary>Shows the links.</summary>
    public static IResourceBuilder<ProjectResource> WithPageLinks(this IResourceBuilder<ProjectResource> api) => api.WithBtecLinks(Endpoint);

    /// <summary>Tells the API its address, so that the issuer, mailed links and passkeys fit the browser. A deployed API has an address that
    /// only its operator knows.</summary>
    public static IResourceBuilder<ProjectResource> WithOwnAddress(this IResourceBuilder<ProjectResource> api) =>
        api.ApplicationBuilder.ExecutionContext.IsRunMode ? api.WithEnvironment("PublicUrl", api.GetEndpoint(Endpoint)) : api;
}
