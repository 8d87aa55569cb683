using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Hosting.Commands;

/// <summary>Another run of the migration worker.</summary>
internal static class MigrationRun
{
    /// <summary>The worker waits a minute for its database, so after this time it will not end by itself.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Returns why the worker cannot start now, or <see langword="null"/>. Starting a running worker would kill it
    /// first.</summary>
    public static string? FindObstacle(IServiceProvider services, IResource migrations)
    {
        services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(migrations.Name, out var current);
        return current?.Snapshot.HasEnded() == true
            ? null
            : $"The worker has not ended ({services.GetStateText(migrations.Name)}). Try again when it has.";
    }

    /// <summary>Starts the worker, waits until it ends, and returns the outcome.</summary>
    public static async Task<ExecuteCommandResult> StartAndWaitAsync(
        IServiceProvider services, IResource migrations, CancellationToken cancellationToken)
    {
        if (FindObstacle(services, migrations) is { } obstacle)
            return CommandResults.Failure(obstacle);

        return await ResourceRun.StartAsync(services, migrations, Judge, cancellationToken);
    }

    private static ExecuteCommandResult? Judge(CustomResourceSnapshot run) => (run.HasEnded(), run.ExitCode) switch
    {
        (false, _) => null,
        (true, 0) => ShownResult.Succeed("The schema is current."),
        (true, var exitCode) => CommandResults.Failure($"The worker exited with code {exitCode}. See its log."),
    };
}
