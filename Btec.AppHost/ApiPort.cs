using System.Globalization;

namespace Btec.AppHost;

internal static class ApiPort
{
    private const string Setting = "ApiPort";

    /// <summary>Moves the API's endpoint to another port than its launch profile's: <c>--ApiPort 5081</c>.</summary>
    /// <exception cref="DistributedApplicationException"><c>ApiPort</c> is no port.</exception>
    public static IResourceBuilder<ProjectResource> WithConfiguredPort(this IResourceBuilder<ProjectResource> api)
    {
        if (api.ApplicationBuilder.Configuration[Setting] is not { Length: > 0 } configured)
            return api;

        return ushort.TryParse(configured, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? api.WithEndpoint("http", endpoint => endpoint.Port = port)
            : throw new DistributedApplicationException($"{Setting} is {configured}; it is a number from 1 to {ushort.MaxValue}.");
    }
}
