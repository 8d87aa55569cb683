namespace Btec.AppHost;

/// <summary>What instances of the API share besides the database: the count of attempts, in Redis.</summary>
internal static class SharedLimits
{
    /// <summary><c>true</c>, or <c>false</c> (default): one instance counts in its own memory.</summary>
    private const string Setting = "Redis";

    private const string Name = "redis";

    /// <summary>Adds Redis where the setting asks for it. The API does not wait for it: without it, it counts by itself.</summary>
    /// <exception cref="DistributedApplicationException"><c>Redis</c> is neither true nor false.</exception>
    public static IResourceBuilder<ProjectResource> WithSharedLimits(this IResourceBuilder<ProjectResource> api) =>
        api.ApplicationBuilder.Configuration[Setting] switch
        {
            null or "" or "false" => api,
            "true" => api.WithReference(api.ApplicationBuilder.AddRedis(Name)),
            var other => throw new DistributedApplicationException($"{Setting} is {other}; it is true or false."),
        };
}
