using Aspire.Hosting.ApplicationModel;

namespace Btec.Hosting.Commands;

/// <summary>A success that opens in the dashboard at once. The message would only appear among the notifications.</summary>
internal static class ShownResult
{
    public static ExecuteCommandResult Succeed(string message, string? output = null) =>
        CommandResults.Success(message, output ?? message, CommandResultFormat.Text, displayImmediately: true);
}
