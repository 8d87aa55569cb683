using System.Globalization;

namespace Btec.AppHost;

internal static class ApiPort
{
    /// <summary>Moves the API's endpoint to another port than its launch profile's: <c>--ApiPort 5081</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithHttpEndpointPort(this IResourceBuilder<ProjectResource> api, string? port) =>
        string.IsNullOrEmpty(port)
            ? api
            : api.WithEndpoint("http", endpoint => endpoint.Port = int.Parse(port, NumberStyles.None, CultureInfo.InvariantCulture));
}
