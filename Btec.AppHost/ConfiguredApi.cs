using System.Globalization;

namespace Btec.AppHost;

/// <summary>The settings of the API that the AppHost takes from its own command line.</summary>
internal static class ConfiguredApi
{
    private const string AlgorithmSetting = "Jwt:Algorithm";
    private const string PortSetting = "ApiPort";
    private const string ReplicasSetting = "Replicas";

    /// <summary>The largest number of replicas: each has its own pool of 20 connections, and PostgreSQL allows 100 by default.</summary>
    private const int MaxReplicas = 4;

    /// <summary>Passes the signing algorithm on: <c>--Jwt:Algorithm ES256</c>. The API validates it.</summary>
    public static IResourceBuilder<ProjectResource> WithConfiguredAlgorithm(this IResourceBuilder<ProjectResource> api) =>
        api.ApplicationBuilder.Configuration[AlgorithmSetting] is { Length: > 0 } algorithm
            ? api.WithEnvironment("Jwt__Algorithm", algorithm)
            : api;

    /// <summary>Moves the endpoint from the port of the launch profile to another: <c>--ApiPort 5081</c>.</summary>
    /// <exception cref="DistributedApplicationException"><c>ApiPort</c> is not a port.</exception>
    public static IResourceBuilder<ProjectResource> WithConfiguredPort(this IResourceBuilder<ProjectResource> api) =>
        api.ReadNumber(PortSetting, ushort.MaxValue) is { } port ? api.WithEndpoint("http", endpoint => endpoint.Port = port) : api;

    /// <summary>Starts several instances behind the one endpoint: <c>--Replicas 2</c>. With <c>--Redis true</c> they count
    /// attempts together.</summary>
    /// <exception cref="DistributedApplicationException"><c>Replicas</c> is not a number in its range.</exception>
    public static IResourceBuilder<ProjectResource> WithConfiguredReplicas(this IResourceBuilder<ProjectResource> api) =>
        api.ReadNumber(ReplicasSetting, MaxReplicas) is { } replicas ? api.WithReplicas(replicas) : api;

    private static int? ReadNumber(this IResourceBuilder<ProjectResource> api, string setting, int max)
    {
        if (api.ApplicationBuilder.Configuration[setting] is not { Length: > 0 } configured)
            return null;

        return int.TryParse(configured, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= max
            ? number
            : throw new DistributedApplicationException($"{setting} is {configured}: use a number from 1 to {max}.");
    }
}
