using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.Hosting.Commands;

/// <summary>Questions about the current state of a resource.</summary>
internal static class ResourceStates
{
    private const string Unknown = "unknown";

    /// <summary>Returns whether the process of a resource is running.</summary>
    /// <param name="services">The services of the command.</param>
    /// <param name="name">The name of the resource, or of one of its replicas.</param>
    public static bool IsRunning(this IServiceProvider services, string name) =>
        services.GetStateText(name) == KnownResourceStates.Running;

    /// <summary>Returns whether the process may be running: the state of a resource with several replicas has no answer.</summary>
    public static bool MayBeRunning(this IServiceProvider services, IResource resource) =>
        services.GetStateText(resource.Name) is Unknown or "Running";

    /// <summary>Returns the state as the dashboard shows it.</summary>
    public static string GetStateText(this IServiceProvider services, string name) =>
        services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(name, out var current)
        && current.Snapshot.State is { Text: { Length: > 0 } text }
            ? text
            : Unknown;

    /// <summary>Returns whether a resource has finished, exited or failed to start.</summary>
    public static bool HasEnded(this CustomResourceSnapshot snapshot) =>
        KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text, StringComparer.Ordinal);

    /// <summary>Enables a command that the resource itself carries out.</summary>
    public static ResourceCommandState EnableWhileHealthy(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
