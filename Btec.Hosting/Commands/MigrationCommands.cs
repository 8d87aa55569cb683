using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting.Commands;

/// <summary>The dashboard's commands on the migration worker.</summary>
internal static class MigrationCommands
{
    public const string RunAgain = "run-migrations";
    public const string Status = "migration-status";

    /// <summary>Adds the command that runs the worker once more.</summary>
    public static IResourceBuilder<T> WithRunAgainCommand<T>(this IResourceBuilder<T> migrations)
        where T : IResource => migrations.WithCommand(
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
    /// <param name="migrations">The worker.</param>
    /// <param name="awaited">The resource that a run waits for.</param>
    /// <param name="status">The run that prints the migrations.</param>
    public static IResourceBuilder<T> WithStatusCommand<T>(this IResourceBuilder<T> migrations, IResource awaited, MigrationStatus status)
        where T : IResource => migrations.WithCommand(
        Status,
        "Show migration status",
        context => CommandDeadline.RunAsync(
            context.Services,
            MigrationStatus.Limit,
            [awaited],
            deadline => status.ShowAsync(context.Services, deadline),
            context.CancellationToken),
        new CommandOptions
        {
            Description = "Lists applied and pending migrations.",
            IconName = "TextBulletListSquare",
            IsHighlighted = true,
        });
}
