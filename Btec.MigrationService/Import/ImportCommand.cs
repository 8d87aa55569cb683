namespace Btec.MigrationService.Import;

/// <summary>The parsed options of <c>--import</c>.</summary>
/// <param name="File">The path of the file, or <see cref="StandardInput"/>.</param>
/// <param name="Report">The path of the report, or <see langword="null"/> for standard error.</param>
/// <param name="IsDryRun"><see langword="true"/> if nothing is written.</param>
/// <param name="AllowsSuperusers"><see langword="true"/> if the file may contain superusers.</param>
internal sealed record ImportCommand(string File, string? Report, bool IsDryRun, bool AllowsSuperusers)
{
    public const string Verb = "--import";

    public const string StandardInput = "-";

    private const string ReportOption = "--report";
    private const string DryRunOption = "--dry-run";
    private const string SuperusersOption = "--allow-superusers";

    /// <summary>Returns whether this is an option of the command, and neither another command nor a setting.</summary>
    public static bool IsOption(string name) => name is ReportOption or DryRunOption or SuperusersOption;

    /// <summary>Joins the options whose value is the next argument with it: <c>--import FILE</c> is <c>--import=FILE</c>.</summary>
    public static IEnumerable<string> Join(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index < arguments.Count; index++)
        {
            if (arguments[index] is Verb or ReportOption && index + 1 < arguments.Count
                && !arguments[index + 1].StartsWith("--", StringComparison.Ordinal))
                yield return $"{arguments[index]}={arguments[++index]}";
            else
                yield return arguments[index];
        }
    }

    /// <summary>Reads the command, or returns <see langword="null"/> if the arguments contain another one.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value is missing, or an option has no
    /// command.</exception>
    public static ImportCommand? Read(IReadOnlyList<(string Name, string? Value)> options)
    {
        if (options.All(option => option.Name != Verb))
        {
            return options.Any(option => IsOption(option.Name))
                ? throw WorkerCommand.Refuse($"{options.First(option => IsOption(option.Name)).Name} goes with {Verb}.")
                : null;
        }

        if (options.Any(option => option is { Name: DryRunOption or SuperusersOption, Value: not null }))
            throw WorkerCommand.Refuse($"{DryRunOption} and {SuperusersOption} take no value.");

        var (file, report) = (FindValue(Verb), FindValue(ReportOption));
        if (string.IsNullOrEmpty(file))
            throw WorkerCommand.Refuse($"{Verb} needs one file: {Verb} FILE.ndjson, or - for standard input.");

        if (report is { Length: 0 } || (report is null && Has(ReportOption)))
            throw WorkerCommand.Refuse($"{ReportOption} needs one file: {ReportOption} FILE.ndjson.");

        if (report is not null && file != StandardInput && Path.GetFullPath(report) == Path.GetFullPath(file))
            throw WorkerCommand.Refuse($"{ReportOption} names the imported file itself.");

        return new ImportCommand(file, report, Has(DryRunOption), Has(SuperusersOption));

        bool Has(string name) => options.Any(option => option.Name == name);

        string? FindValue(string name) =>
            options.Where(option => option.Name == name).Select(option => option.Value).ToList() is [var value] ? value : null;
    }

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The file cannot be read.</exception>
    public Stream OpenFile()
    {
        try
        {
            return File == StandardInput ? Console.OpenStandardInput() : System.IO.File.OpenRead(File);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw WorkerCommand.Refuse($"{Verb} names a file that cannot be read.");
        }
    }

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The file cannot be written.</exception>
    public TextWriter? OpenReport()
    {
        try
        {
            return Report is null ? null : System.IO.File.CreateText(Report);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw WorkerCommand.Refuse($"{ReportOption} names a file that cannot be written.");
        }
    }
}
