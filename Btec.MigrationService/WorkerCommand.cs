using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>The parsed command line.</summary>
/// <param name="Configuration">The settings on the command line, as <c>--Name=value</c>.</param>
internal sealed record WorkerCommand(WorkerTask Task, string[] Configuration)
{
    private static readonly Dictionary<string, WorkerTask> _verbs = new(StringComparer.Ordinal)
    {
        ["--status"] = WorkerTask.Status,
        ["--rotate-signing-key"] = WorkerTask.RotateSigningKey,
        ["--verify-audit"] = WorkerTask.VerifyAudit,
    };

    /// <summary><see langword="true"/> if standard output is the answer, which logs must not mix with.</summary>
    public bool IsAnswer => Task != WorkerTask.Migrate;

    /// <exception cref="OptionsValidationException">An argument is neither a command nor a setting, or there are two
    /// commands.</exception>
    public static WorkerCommand Parse(string[] args)
    {
        string[] settings = [.. args.Where(argument => !_verbs.ContainsKey(argument))];
        if (settings.FirstOrDefault(argument => !IsSetting(argument)) is { } stray)
            throw Refuse($"Unknown argument {stray.Split('=')[0]}. The worker accepts {string.Join(", ", _verbs.Keys)} and --Setting=value.");

        string[] verbs = [.. args.Where(_verbs.ContainsKey).Distinct(StringComparer.Ordinal)];
        return verbs.Length > 1
            ? throw Refuse($"{verbs[0]} and {verbs[1]} are two commands. Run the worker once for each.")
            : new WorkerCommand(verbs.Length == 0 ? WorkerTask.Migrate : _verbs[verbs[0]], settings);
    }

    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.Contains('=', StringComparison.Ordinal);

    private static OptionsValidationException Refuse(string failure) => new("arguments", typeof(WorkerCommand), [failure]);
}
