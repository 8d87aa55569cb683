using System.Text.RegularExpressions;

namespace Btec.Commands;

/// <summary>Whether the packages of Aspire are used: as the environment variable says, else as found by restoring them.</summary>
/// <param name="Use">The value of <c>UseAspire</c>.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
internal sealed partial record AspirePackages(bool Use, string Reason)
{
    private const string Variable = "UseAspire";

    /// <summary>The environment of every build and run: one value throughout.</summary>
    public ChildEnvironment Environment => EnvironmentFor(Use);

    /// <param name="project">What is going to be built. The AppHost does not need all that the others do, and a package cache may
    /// hold one part without the other.</param>
    public static async Task<AspirePackages> FindAsync(string project, CancellationToken cancellationToken)
    {
        if (System.Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value)
        {
            var use = string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
            return new AspirePackages(use, $"{Variable} is set to {value}");
        }

        foreach (var needy in new[] { Repository.AppHost, project })
        {
            // Not recursive: what was restored for the projects that it refers to stays as it is.
            var restore = await Dotnet.TryAsync(
                $"looking for the Aspire packages of {needy}",
                EnvironmentFor(use: true).With("DOTNET_CLI_UI_LANGUAGE", "en"),
                output => output.Succeeded ? "found" : "not found",
                cancellationToken,
                "restore", needy, "-property:RestoreRecursive=false");
            if (!restore.Succeeded)
                return new AspirePackages(Use: false, ReasonIn(restore.Lines));
        }

        return new AspirePackages(Use: true, "its packages restore");
    }

    /// <summary>What the first error means: NU1101 no such package, NU1102 and NU1103 no such version, MSB4236 no such SDK package.
    /// A feed that does not answer shows as NU1301 or, behind MSB4236, in a warning (learn.microsoft.com, NuGet errors and warnings).</summary>
    private static string ReasonIn(IReadOnlyList<string> lines)
    {
        var error = lines.Select(line => ErrorPattern.Match(line)).FirstOrDefault(match => match.Success);
        var detail = error is null ? "" : $" ({error.Groups["code"].Value}: {error.Groups["text"].Value})";
        var isSilent = lines.Any(line =>
            line.Contains("NU1301", StringComparison.Ordinal) || line.Contains("Failed to retrieve information", StringComparison.Ordinal));

        return (isSilent, error?.Groups["code"].Value) switch
        {
            (true, _) => $"your package feed does not answer{detail}",
            (_, "NU1101" or "NU1102" or "NU1103" or "MSB4236") => $"your package feed has no Aspire packages{detail}",
            _ => $"the packages of Aspire do not restore{detail}",
        };
    }

    private static ChildEnvironment EnvironmentFor(bool use) =>
        ChildEnvironment.Default.With(Variable, use ? "true" : "false");

    /// <summary>The first sentence of an error: <c>FILE : error NU1101: Unable to find package X. …</c></summary>
    [GeneratedRegex(@"error (?<code>[A-Z]+\d+): (?<text>.+?)(\.\s|\.?$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorPattern { get; }
}
