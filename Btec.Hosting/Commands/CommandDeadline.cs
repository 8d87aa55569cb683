using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting.Commands;

/// <summary>The time limit of a command, so that the dashboard never waits forever.</summary>
internal static class CommandDeadline
{
    /// <summary>Runs a command, and turns a timeout into a failure that names the resources and their states.</summary>
    /// <param name="services">The services of the command.</param>
    /// <param name="limit">The longest time that the command may take.</param>
    /// <param name="awaited">The resources that the command waits for.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">The token of the caller.</param>
    public static async Task<ExecuteCommandResult> RunAsync(
        IServiceProvider services,
        TimeSpan limit,
        IReadOnlyCollection<IResource> awaited,
        Func<CancellationToken, Task<ExecuteCommandResult>> command,
        CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            var result = await command(deadline.Token);
            // A command inside the command swallows the cancellation.
            if (!result.Success)
                deadline.Token.ThrowIfCancellationRequested();

            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var states = awaited.Select(resource => $"{resource.Name}: {services.GetStateText(resource.Name)}");
            return CommandResults.Failure($"Timed out after {limit.TotalSeconds} s ({string.Join(", ", states)}). See the logs.");
        }
    }
}
