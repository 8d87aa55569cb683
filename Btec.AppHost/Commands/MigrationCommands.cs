namespace Btec.AppHost.Commands;

/// <summary>The dashboard's commands on the migration worker.</summary>
internal static class MigrationCommands
{
    public const string RunAgain = "run-migrations";
    public const string Status = "migration-status";

    /// <summary>Adds the command that runs the worker once more.</summary>
    public static IResourceBuilder<ProjectResource> WithRunAgainCommand(this IResourceBuilder<ProjectResource> migrations) =>
        migrations.WithCommand(
            RunAgain,
            "Run migrations again",
            context => CommandDeadline.RunAsync(
                context.Services,
                MigrationRun.Limit,
                [migrations.Resource],
                deadline => MigrationRun.StartAndWaitAsync(context.Services, migrations.Resource, deadline),
                context.CancellationToken),
            new CommandOptions
            {
                Description = "Applies pending migrations. Does nothing if there are none.",
                IconName = "ArrowSync",
                UpdateState = context => context.ResourceSnapshot.HasEnded() ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
                Progress = new CommandProgressOptions { Message = "Running the migrations…" },
            });

    /// <summary>Adds the command that shows what the worker prints for <c>--status</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithStatusCommand(
        this IResourceBuilder<ProjectResource> migrations, IResourceBuilder<IResourceWithConnectionString> database) =>
        migrations.WithCommand(
            Status,
            "Show migration status",
            context => CommandDeadline.RunAsync(
                context.Services,
                MigrationStatus.Limit,
                [database.Resource],
                deadline => MigrationStatus.ShowAsync(context.Services, migrations.Resource, database.Resource, deadline),
                context.CancellationToken),
            new CommandOptions
            {
                Description = "Lists applied and pending migrations.",
                IconName = "TextBulletListSquare",
                IsHighlighted = true,
            });
}
