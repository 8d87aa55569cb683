namespace Btec.AppHost;

/// <summary>An end for every command: a dashboard that waits for ever tells nobody what is wrong.</summary>
internal static class CommandDeadline
{
    /// <summary>Runs a command, and turns the end of its time into a failure that says so: a cancelled command says nothing.</summary>
    public static async Task<ExecuteCommandResult> RunAsync(
        TimeSpan longest, Func<CancellationToken, Task<ExecuteCommandResult>> command, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(longest);
        try
        {
            var result = await command(deadline.Token);
            // A command within the command swallows the cancellation.
            if (!result.Success)
                deadline.Token.ThrowIfCancellationRequested();

            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Failure($"Not done after {longest.TotalSeconds} s; the logs of the resources say what they wait for.");
        }
    }
}
