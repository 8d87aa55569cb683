using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>What the command line asks of the worker.</summary>
/// <param name="ShowStatus"><c>--status</c>: list applied and pending migrations, and change nothing.</param>
/// <param name="RotateSigningKey"><c>--rotate-signing-key</c>: make a new signing key, and migrate nothing.</param>
/// <param name="Configuration">The rest of the command line: settings, as <c>--Name=value</c>.</param>
internal sealed record WorkerCommand(bool ShowStatus, bool RotateSigningKey, string[] Configuration)
{
    private const string Status = "--status";
    private const string Rotate = "--rotate-signing-key";

    /// <exception cref="OptionsValidationException">An argument is neither a verb nor a setting.</exception>
    public static WorkerCommand Parse(string[] args)
    {
        string[] settings = [.. args.Where(argument => argument is not (Status or Rotate))];
        var stray = settings.FirstOrDefault(argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('=', StringComparison.Ordinal));
        if (stray is not null)
            throw Refuse($"{stray} is no argument of the worker: it takes {Status} or {Rotate}, and --Setting=value.");

        var command = new WorkerCommand(
            args.Contains(Status, StringComparer.Ordinal), args.Contains(Rotate, StringComparer.Ordinal), settings);
        return command is { ShowStatus: true, RotateSigningKey: true }
            ? throw Refuse($"{Status} and {Rotate} are two commands: run the worker twice.")
            : command;
    }

    private static OptionsValidationException Refuse(string failure) => new("arguments", typeof(WorkerCommand), [failure]);
}
