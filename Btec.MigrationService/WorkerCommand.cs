using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>What the command line asks of the worker.</summary>
/// <param name="ShowStatus"><c>--status</c>: list applied and pending migrations, and change nothing.</param>
/// <param name="Configuration">The rest of the command line: settings, as <c>--Name=value</c>.</param>
internal sealed record WorkerCommand(bool ShowStatus, string[] Configuration)
{
    private const string Status = "--status";

    /// <exception cref="OptionsValidationException">An argument is neither a verb nor a setting.</exception>
    public static WorkerCommand Parse(string[] args)
    {
        string[] settings = [.. args.Where(argument => argument != Status)];
        var stray = settings.FirstOrDefault(argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('=', StringComparison.Ordinal));
        return stray is null
            ? new WorkerCommand(args.Contains(Status, StringComparer.Ordinal), settings)
            : throw new OptionsValidationException(
                "arguments", typeof(WorkerCommand), [$"{stray} is no argument of the worker: it takes {Status} and --Setting=value."]);
    }
}
