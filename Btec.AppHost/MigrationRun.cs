using Microsoft.Extensions.DependencyInjection;

namespace Btec.AppHost;

/// <summary>One more run of the migration worker.</summary>
internal static class MigrationRun
{
    /// <summary>The worker waits a minute for its database; past this it will not end by itself.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>Starts the worker, waits for its end, and tells how it ended.</summary>
    public static async Task<ExecuteCommandResult> StartAndWaitAsync(ExecuteCommandContext context, ProjectResource migrations)
    {
        var notifications = context.Services.GetRequiredService<ResourceNotificationService>();
        var commands = context.Services.GetRequiredService<ResourceCommandService>();

        // Events are replayed to whoever comes late: only the start time tells this run from the one before.
        notifications.TryGetCurrentState(migrations.Name, out var before);
        var started = await commands.ExecuteCommandAsync(migrations, KnownResourceCommands.StartCommand, context.CancellationToken);
        if (!started.Success)
            return started;

        var ended = await notifications.WaitForResourceAsync(
            migrations.Name,
            current => KnownResourceStates.TerminalStates.Contains(current.Snapshot.State?.Text, StringComparer.Ordinal)
                && current.Snapshot.StartTimeStamp != before?.Snapshot.StartTimeStamp,
            context.CancellationToken).WaitAsync(Longest, context.CancellationToken);

        return ended.Snapshot.ExitCode == 0
            ? CommandResults.Success("The schema is current.")
            : CommandResults.Failure($"The worker ended with {ended.Snapshot.ExitCode}; its log says why.");
    }
}
