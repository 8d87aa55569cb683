using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.AppHost;

/// <summary>What a resource is doing at the moment.</summary>
internal static class ResourceStates
{
    public static bool IsRunning(this IServiceProvider services, IResource resource) =>
        services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(resource.Name, out var current)
        && current.Snapshot.State?.Text == KnownResourceStates.Running;

    /// <summary>Finished, exited or failed to start.</summary>
    public static bool HasEnded(this CustomResourceSnapshot snapshot) =>
        KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text, StringComparer.Ordinal);

    /// <summary>For commands that the resource itself carries out.</summary>
    public static ResourceCommandState EnableWhileHealthy(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.HealthStatus == HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
