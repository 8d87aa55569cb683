using Microsoft.Extensions.DependencyInjection;

namespace Btec.AppHost;

/// <summary>One more run of the migration worker.</summary>
internal static class MigrationRun
{
    /// <summary>The worker waits a minute for its database; past this it will not end by itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>Why there can be no run now, or <see langword="null"/>: to start a worker that is at it would kill it first.</summary>
    public static string? FindReasonAgainst(IServiceProvider services, ProjectResource migrations)
    {
        services.GetRequiredService<ResourceNotificationService>().TryGetCurrentState(migrations.Name, out var current);
        return current?.Snapshot.HasEnded() == true
            ? null
            : $"The worker has not ended ({current?.Snapshot.State?.Text ?? "not started"}): try again when it has.";
    }

    /// <summary>Starts the worker, waits for its end, and tells how it ended.</summary>
    public static async Task<ExecuteCommandResult> StartAndWaitAsync(
        IServiceProvider services, ProjectResource migrations, CancellationToken cancellationToken)
    {
        if (FindReasonAgainst(services, migrations) is { } reason)
            return CommandResults.Failure(reason);

        return await ResourceRun.StartAsync(services, migrations, Judge, cancellationToken);
    }

    private static ExecuteCommandResult? Judge(CustomResourceSnapshot run) => (run.HasEnded(), run.ExitCode) switch
    {
        (false, _) => null,
        (true, 0) => ShownResult.Succeed("The schema is current."),
        (true, var exitCode) => CommandResults.Failure($"The worker ended with {exitCode}; its log says why."),
    };
}
