using Microsoft.Extensions.DependencyInjection;

namespace Btec.AppHost;

/// <summary>One more run of a resource that has ended.</summary>
internal static class ResourceRun
{
    /// <summary>Starts the resource, and waits until its new run can be judged.</summary>
    /// <param name="services">Those of the command.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="judge">What the run has come to, or <see langword="null"/> while that is open.</param>
    /// <param name="cancellationToken">The end of the wait.</param>
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

    /// <summary>The end of the last run may be told only after the next one has started; the start time tells them apart.</summary>
    private static bool IsLater(CustomResourceSnapshot run, CustomResourceSnapshot? before) =>
        run.State?.Text == KnownResourceStates.FailedToStart
        || (run.StartTimeStamp is not null && run.StartTimeStamp != before?.StartTimeStamp);
}
