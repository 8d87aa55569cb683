using System.Diagnostics;

namespace Btec.AppHost;

/// <summary>The dashboard's commands on the migration worker.</summary>
internal static class MigrationCommands
{
    public const string RunAgain = "run-migrations";
    public const string Status = "migration-status";

    public static IResourceBuilder<ProjectResource> WithRunAgainCommand(this IResourceBuilder<ProjectResource> migrations) =>
        migrations.WithCommand(
            RunAgain,
            "Run migrations again",
            context => MigrationRun.StartAndWaitAsync(context, migrations.Resource),
            new CommandOptions { Description = "Applies what is pending; harmless when nothing is.", IconName = "ArrowSync" });

    /// <summary>Shows what the worker prints for <c>--status</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithStatusCommand(
        this IResourceBuilder<ProjectResource> migrations, IResourceBuilder<IResourceWithConnectionString> database) =>
        migrations.WithCommand(
            Status,
            "Show migration status",
            context => ShowStatusAsync(context, migrations.Resource, database.Resource),
            new CommandOptions { Description = "Lists applied and pending migrations, and changes nothing.", IconName = "TextBulletListSquare" });

    private static async Task<ExecuteCommandResult> ShowStatusAsync(
        ExecuteCommandContext context, ProjectResource migrations, IResourceWithConnectionString database)
    {
        using var worker = new Process
        {
            StartInfo = new ProjectStart(migrations.GetProjectMetadata().ProjectPath).WithArguments("--status"),
        };
        worker.StartInfo.Environment["ConnectionStrings__btecdb"] = await database.GetConnectionStringAsync(context.CancellationToken);
        worker.Start();
        var output = worker.StandardOutput.ReadToEndAsync(context.CancellationToken);
        var errors = worker.StandardError.ReadToEndAsync(context.CancellationToken);
        await worker.WaitForExitAsync(context.CancellationToken);

        return worker.ExitCode == 0
            ? CommandResults.Success("Migrations", await output, CommandResultFormat.Text, displayImmediately: true)
            : CommandResults.Failure($"The worker ended with {worker.ExitCode}: {(await errors).Trim()}", await output);
    }
}
