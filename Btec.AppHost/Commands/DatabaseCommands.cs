using Btec.AppHost.Databases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.AppHost.Commands;

/// <summary>The dashboard's command on the database.</summary>
internal static class DatabaseCommands
{
    public const string Reset = "reset-database";

    /// <summary>The time to stop the API, run the worker (<see cref="MigrationRun"/>) and start the API, with a margin.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Adds the command that stops the API, empties the database, runs the migrations and starts the API again. The caller
    /// types the name of the database.</summary>
    public static IResourceBuilder<T> WithResetCommand<T>(
        this IResourceBuilder<T> database,
        DatabaseChoice choice,
        IResourceBuilder<ProjectResource> migrations,
        IResourceBuilder<ProjectResource> api)
        where T : IResourceWithConnectionString
    {
        var name = DatabaseName.Find(choice, database.ApplicationBuilder);
        return database.WithCommand(
            Reset,
            "Reset the database",
            // Not the caller's token: closing the browser must not leave an empty database and a stopped API.
            context => CommandDeadline.RunAsync(
                context.Services,
                Limit,
                [migrations.Resource, api.Resource],
                deadline => ResetAsync(context.Services, database.Resource, migrations.Resource, api.Resource, deadline),
                CancellationToken.None),
            new CommandOptions
            {
                Description = "Deletes every user, and applies the migrations to an empty database.",
                IconName = "DatabaseWarning",
                Arguments = [TypedName.Ask(name)],
                ValidateArguments = context => TypedName.ValidateAsync(context, name),
                Progress = new CommandProgressOptions { Message = "Resetting the database…", HideCancelButton = true },
            });
    }

    private static async Task<ExecuteCommandResult> ResetAsync(
        IServiceProvider services,
        IResourceWithConnectionString database,
        ProjectResource migrations,
        ProjectResource api,
        CancellationToken cancellationToken)
    {
        if (await database.GetConnectionStringAsync(cancellationToken) is not { Length: > 0 } connectionString)
            return CommandResults.Failure("The database has no connection string yet.");

        if (MigrationRun.FindObstacle(services, migrations) is { } obstacle)
            return CommandResults.Failure(obstacle);

        if (services.MayBeRunning(api))
        {
            var stopped = await services.GetRequiredService<ResourceCommandService>()
                .ExecuteCommandAsync(api, KnownResourceCommands.StopCommand, cancellationToken);
            if (!stopped.Success)
                return stopped;
        }

        var emptied = await DatabaseEraser.EmptyAsync(connectionString, cancellationToken);
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
