using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.Hosting.Commands;

/// <summary>The dashboard's command on the database.</summary>
internal static class DatabaseCommands
{
    public const string Reset = "reset-database";

    /// <summary>The time to stop the API, run the worker (<see cref="MigrationRun"/>) and start the API, with a margin.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Adds the command that stops the API, empties the database, runs the migrations and starts the API again. The caller
    /// types the name of the database.</summary>
    /// <param name="target">The resource that shows the command.</param>
    /// <param name="name">The name that the caller types.</param>
    /// <param name="migrations">The worker.</param>
    /// <param name="api">The API.</param>
    /// <param name="emptyAsync">Empties the database, or deletes nothing and returns the reason.</param>
    public static IResourceBuilder<T> WithResetCommand<T>(
        this IResourceBuilder<T> target,
        string name,
        IResource migrations,
        IResource api,
        Func<CancellationToken, Task<ExecuteCommandResult>> emptyAsync)
        where T : IResource => target.WithCommand(
        Reset,
        "Reset the database",
        // Not the caller's token: closing the browser must not leave an empty database and a stopped API.
        context => CommandDeadline.RunAsync(
            context.Services,
            Limit,
            [migrations, api],
            deadline => ResetAsync(context.Services, migrations, api, emptyAsync, deadline),
            CancellationToken.None),
        new CommandOptions
        {
            Description = "Deletes every user, and applies the migrations to an empty database.",
            IconName = "DatabaseWarning",
            Arguments = [TypedName.Ask(name)],
            ValidateArguments = context => TypedName.ValidateAsync(context, name),
            Progress = new CommandProgressOptions { Message = "Resetting the database…", HideCancelButton = true },
        });

    /// <summary>Takes the command away.</summary>
    public static void RemoveResetCommand(this IResource target)
    {
        if (target.Annotations.OfType<ResourceCommandAnnotation>().SingleOrDefault(command => command.Name == Reset) is { } reset)
            target.Annotations.Remove(reset);
    }

    private static async Task<ExecuteCommandResult> ResetAsync(
        IServiceProvider services,
        IResource migrations,
        IResource api,
        Func<CancellationToken, Task<ExecuteCommandResult>> emptyAsync,
        CancellationToken cancellationToken)
    {
        if (MigrationRun.FindObstacle(services, migrations) is { } obstacle)
            return CommandResults.Failure(obstacle);

        if (services.MayBeRunning(api))
        {
            var stopped = await services.GetRequiredService<ResourceCommandService>()
                .ExecuteCommandAsync(api, KnownResourceCommands.StopCommand, cancellationToken);
            if (!stopped.Success)
                return stopped;
        }

        var emptied = await emptyAsync(cancellationToken);
        var migrated = emptied.Success ? await MigrationRun.StartAndWaitAsync(services, migrations, cancellationToken) : emptied;
        if (emptied.Success && !migrated.Success)
            return CommandResults.Failure($"The database is empty, and the API is stopped: {migrated.Message}");

        var started = await ResourceRun.StartAsync(services, api, JudgeApi, cancellationToken);
        return migrated.Success ? started : migrated;
    }

    private static ExecuteCommandResult? JudgeApi(CustomResourceSnapshot run)
    {
        if (run.HealthStatus == HealthStatus.Healthy)
            return ShownResult.Succeed("The database is empty, its schema is current, and the API is running again.");

        return run.HasEnded() ? CommandResults.Failure($"The API exited with code {run.ExitCode}. See its log.") : null;
    }
}
