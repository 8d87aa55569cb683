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
            context => CommandDeadline.RunAsync(
                MigrationRun.Longest,
                deadline => MigrationRun.StartAndWaitAsync(context.Services, migrations.Resource, deadline),
                context.CancellationToken),
            new CommandOptions
            {
                Description = "Applies what is pending; harmless when nothing is.",
                IconName = "ArrowSync",
                UpdateState = context => context.ResourceSnapshot.HasEnded() ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            });

    /// <summary>Shows what the worker prints for <c>--status</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithStatusCommand(
        this IResourceBuilder<ProjectResource> migrations, IResourceBuilder<IResourceWithConnectionString> database) =>
        migrations.WithCommand(
            Status,
            "Show migration status",
            context => CommandDeadline.RunAsync(
                MigrationStatus.Longest,
                deadline => MigrationStatus.ShowAsync(context.Services, migrations.Resource, database.Resource, deadline),
                context.CancellationToken),
            new CommandOptions { Description = "Lists applied and pending migrations, and changes nothing.", IconName = "TextBulletListSquare" });
}
