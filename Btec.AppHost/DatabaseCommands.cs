using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Btec.AppHost;

/// <summary>The dashboard's command on the database: empty it, and start over.</summary>
internal static class DatabaseCommands
{
    public const string Reset = "reset-database";

    /// <summary>Stopping the API, one run of the worker (<see cref="MigrationRun"/>) and the start of the API, with room.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Stops the API, empties the database, runs the migrations and starts the API again. Asks first; and since only
    /// the dashboard asks, the command line and agents are not offered it.</summary>
    public static IResourceBuilder<T> WithResetCommand<T>(
        this IResourceBuilder<T> database, IResourceBuilder<ProjectResource> migrations, IResourceBuilder<ProjectResource> api)
        where T : IResourceWithConnectionString =>
        database.WithCommand(
            Reset,
            "Reset the database",
            // Not the caller's token: a browser closed half-way must not leave an empty database and a stopped API.
            context => CommandDeadline.RunAsync(
                Longest,
                deadline => ResetAsync(context.Services, database.Resource, migrations.Resource, api.Resource, deadline),
                CancellationToken.None),
            new CommandOptions
            {
                Description = "Deletes every user, and applies the migrations to an empty database.",
                ConfirmationMessage = "Every user in this database will be gone. Reset it?",
                IconName = "DatabaseWarning",
                Visibility = ResourceCommandVisibility.UI,
            });

    private static async Task<ExecuteCommandResult> ResetAsync(
        IServiceProvider services,
        IResourceWithConnectionString database,
        ProjectResource migrations,
        ProjectResource api,
        CancellationToken cancellationToken)
    {
        if (await database.GetConnectionStringAsync(cancellationToken) is not { Length: > 0 } connectionString)
            return CommandResults.Failure("The database has no connection string yet.");

        if (MigrationRun.FindReasonAgainst(services, migrations) is { } reason)
            return CommandResults.Failure(reason);

        if (services.IsRunning(api))
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
            return ShownResult.Succeed("The database is empty, its schema is current, and the API is back.");

        return run.HasEnded() ? CommandResults.Failure($"The API ended with {run.ExitCode}; its log says why.") : null;
    }
}
