using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>What the worker can do.</summary>
internal enum WorkerTask
{
    /// <summary>Migrate, and make the first superuser.</summary>
    Migrate,

    /// <summary><c>--status</c>: list applied and pending migrations, and change nothing.</summary>
    Status,

    /// <summary><c>--rotate-signing-key</c>: make a new signing key, and migrate nothing.</summary>
    RotateSigningKey,

    /// <summary><c>--verify-audit</c>: check that the audit events are as they were written, and change nothing.</summary>
    VerifyAudit,
}

/// <summary>What the command line asks of the worker.</summary>
/// <param name="Task">What to do.</param>
/// <param name="Configuration">The rest of the command line: settings, as <c>--Name=value</c>.</param>
internal sealed record WorkerCommand(WorkerTask Task, string[] Configuration)
{
    private static readonly Dictionary<string, WorkerTask> _verbs = new(StringComparer.Ordinal)
    {
        ["--status"] = WorkerTask.Status,
        ["--rotate-signing-key"] = WorkerTask.RotateSigningKey,
        ["--verify-audit"] = WorkerTask.VerifyAudit,
    };

    /// <summary>Whether standard output is the answer's alone.</summary>
    public bool IsAnswer => Task != WorkerTask.Migrate;

    /// <exception cref="OptionsValidationException">An argument is neither a verb nor a setting.</exception>
    public static WorkerCommand Parse(string[] args)
    {
        string[] settings = [.. args.Where(argument => !_verbs.ContainsKey(argument))];
        var stray = settings.FirstOrDefault(argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('=', StringComparison.Ordinal));
        if (stray is not null)
            throw Refuse($"{stray} is no argument of the worker: it takes {string.Join(", ", _verbs.Keys)}, and --Setting=value.");

        string[] verbs = [.. args.Where(_verbs.ContainsKey).Distinct(StringComparer.Ordinal)];
        return verbs.Length > 1
            ? throw Refuse($"{verbs[0]} and {verbs[1]} are two commands: run the worker twice.")
            : new WorkerCommand(verbs.Length == 0 ? WorkerTask.Migrate : _verbs[verbs[0]], settings);
    }

    private static OptionsValidationException Refuse(string failure) => new("arguments", typeof(WorkerCommand), [failure]);
}
