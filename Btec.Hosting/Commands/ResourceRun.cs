using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Hosting.Commands;

/// <summary>Another run of a resource that has ended.</summary>
internal static class ResourceRun
{
    /// <summary>Starts the resource, and waits until its new run has an outcome.</summary>
    /// <param name="services">The services of the command.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="judge">Returns the outcome of the run, or <see langword="null"/> while it has none.</param>
    /// <param name="cancellationToken">The token that ends the wait.</param>
    public static async Task<ExecuteCommandResult> StartAsync(
        IServiceProvider services,
        IResource resource,
        Func<CustomResourceSnapshot, ExecuteCommandResult?> judge,
        CancellationToken cancellationToken)
    {
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        notifications.TryGetCurrentState(resource.Name, out var before);

        var started = await services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken);
        if (!started.Success)
            return started;

        var judged = await notifications.WaitForResourceAsync(
            resource.Name,
            current => IsLater(current.Snapshot, before?.Snapshot) && judge(current.Snapshot) is not null,
            cancellationToken);
        return judge(judged.Snapshot)!;
    }

    /// <summary>Returns whether a snapshot belongs to the new run: the end of the old run may be reported after the new one has
    /// started.</summary>
    private static bool IsLater(CustomResourceSnapshot run, CustomResourceSnapshot? before) =>
        run.State?.Text == KnownResourceStates.FailedToStart
        || (run.StartTimeStamp is not null && run.StartTimeStamp != before?.StartTimeStamp);
}
