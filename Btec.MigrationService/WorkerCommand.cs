using Btec.Data.Audit;
using Btec.MigrationService.Import;
using Microsoft.Extensions.Options;

namespace Btec.MigrationService;

/// <summary>The parsed command line.</summary>
/// <param name="Configuration">The settings on the command line, as <c>--Name=value</c>.</param>
internal sealed record WorkerCommand(WorkerTask Task, string[] Configuration)
{
    private const string RevokeVerb = "--revoke-signing-key";
    private const string HeadOption = "--noted-head";

    /// <summary>The length of a key id: SHA-256 in base64url.</summary>
    private const int KeyIdLength = 43;

    private static readonly Dictionary<string, WorkerTask> _verbs = new(StringComparer.Ordinal)
    {
        ["--status"] = WorkerTask.Status,
        ["--rotate-signing-key"] = WorkerTask.RotateSigningKey,
        [RevokeVerb] = WorkerTask.RevokeSigningKey,
        ["--verify-audit"] = WorkerTask.VerifyAudit,
        ["--authenticate-audit"] = WorkerTask.AuthenticateAudit,
        [ImportCommand.Verb] = WorkerTask.Import,
    };

    /// <summary>The id of the key to revoke.</summary>
    public string? KeyId { get; private init; }

    /// <summary>The heads of audit chains that were noted earlier.</summary>
    public IReadOnlyList<AuditHead> NotedHeads { get; private init; } = [];

    /// <summary>Gets the import, if that is the task.</summary>
    public ImportCommand? Import { get; private init; }

    /// <summary>Gets a value indicating whether standard output is the answer, with which logs must not mix.</summary>
    public bool IsAnswer => Task != WorkerTask.Migrate;

    /// <summary>Gets a value indicating whether the task is about the audit chains.</summary>
    public bool IsAboutAudit => Task is WorkerTask.VerifyAudit or WorkerTask.AuthenticateAudit;

    /// <exception cref="OptionsValidationException">An argument is neither a command nor a setting, a value is missing, or there
    /// are two commands.</exception>
    public static WorkerCommand Parse(string[] args)
    {
        var options = ImportCommand.Join(args).Select(Split).ToList();
        if (options.Find(option => IsStray(option)) is { Name: { } stray })
            throw Refuse($"Unknown argument {stray.Split('=')[0]}. The worker accepts {string.Join(", ", _verbs.Keys)} and --Setting=value.");

        string[] verbs = [.. options.Select(option => option.Name).Where(_verbs.ContainsKey).Distinct(StringComparer.Ordinal)];
        if (verbs.Length > 1)
            throw Refuse($"{verbs[0]} and {verbs[1]} are two commands. Run the worker once for each.");

        var command = new WorkerCommand(
            verbs.Length == 0 ? WorkerTask.Migrate : _verbs[verbs[0]],
            [.. options.Where(IsSetting).Select(option => $"{option.Name}={option.Value}")])
        {
            KeyId = ReadKeyId(options),
            Import = ImportCommand.Read(options),
            NotedHeads = [.. options.Where(option => option.Name == HeadOption).SelectMany(option => ReadHeads(option.Value))],
        };
        return command.NotedHeads.Count > 0 && !command.IsAboutAudit
            ? throw Refuse($"{HeadOption} goes with --verify-audit or --authenticate-audit.")
            : command;
    }

    private static (string Name, string? Value) Split(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.Split('=', 2) is [var name, var value]
            ? (name, value)
            : (argument, null);

    private static bool IsStray((string Name, string? Value) option) =>
        option.Value is null && !_verbs.ContainsKey(option.Name) && !ImportCommand.IsOption(option.Name);

    private static bool IsSetting((string Name, string? Value) option) =>
        option.Name != HeadOption && !_verbs.ContainsKey(option.Name) && !ImportCommand.IsOption(option.Name);

    private static string? ReadKeyId(List<(string Name, string? Value)> options)
    {
        foreach (var (name, value) in options.Where(option => _verbs.ContainsKey(option.Name)))
        {
            if (name == RevokeVerb)
                return value?.Length == KeyIdLength ? value : throw Refuse($"{RevokeVerb} needs the id of a key: {RevokeVerb}=KEY_ID.");

            if (value is not null && name != ImportCommand.Verb)
                throw Refuse($"{name} takes no value.");
        }

        return null;
    }

    private static IReadOnlyList<AuditHead> ReadHeads(string? text) => AuditHead.TryRead(text ?? "", out var heads)
        ? heads
        : throw Refuse($"{HeadOption} is not a head. Copy it from the log or from an earlier verification.");

    internal static OptionsValidationException Refuse(string failure) => new("arguments", typeof(WorkerCommand), [failure]);
}
