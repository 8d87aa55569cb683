namespace Btec.AppHost;

/// <summary>A success that is seen: the dashboard hides its message behind the bell, and opens its output at once.</summary>
internal static class ShownResult
{
    public static ExecuteCommandResult Succeed(string message, string? output = null) =>
        CommandResults.Success(message, output ?? message, CommandResultFormat.Text, displayImmediately: true);
}
