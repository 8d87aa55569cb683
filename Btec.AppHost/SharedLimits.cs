namespace Btec.AppHost;

/// <summary>The Redis in which instances of the API count attempts together.</summary>
internal static class SharedLimits
{
    /// <summary>The setting: <c>true</c>, or <c>false</c> (default), with which each instance counts in its own memory.</summary>
    private const string Setting = "Redis";

    private const string Name = "redis";

    /// <summary>Adds Redis if the setting asks for it. The API does not wait for it: without Redis, each instance counts alone.</summary>
    /// <exception cref="DistributedApplicationException"><c>Redis</c> is neither true nor false.</exception>
    public static IResourceBuilder<ProjectResource> WithSharedLimits(this IResourceBuilder<ProjectResource> api) =>
        api.ApplicationBuilder.Configuration[Setting] switch
        {
            null or "" or "false" => api,
            "true" => api.WithReference(api.ApplicationBuilder.AddRedis(Name)),
            var other => throw new DistributedApplicationException($"{Setting} is {other}: use true or false."),
        };
}
