namespace Btec.Commands;

/// <summary><c>lint</c>: formatting, line endings and analyzers. What the build warns of is an error already.</summary>
internal static class LintCommand
{
    public static async Task<int> RunAsync(bool fix, CancellationToken cancellationToken)
    {
        var packages = await AspirePackages.FindAsync(Repository.Tests, cancellationToken);
        var environment = packages.Environment;
        string[] verify = fix ? [] : ["--verify-no-changes"];

        // As a folder, whitespace is checked in files too that belong to no built project: btec.cs, and what UseAspire=false leaves out.
        var isFormatted = await Dotnet.RunAsync(
            "formatting", environment, cancellationToken, ["format", "whitespace", ".", "--folder", .. verify]);
        var hasUnixLines = await LineEndings.CheckAsync(cancellationToken);
        var isBuilt = await Dotnet.BuildAsync(Repository.Solution, environment, cancellationToken);
        var isStyled = isBuilt && await Dotnet.RunAsync(
            "code style", environment, cancellationToken, ["format", "style", Repository.Solution, "--no-restore", .. verify]);

        if (!packages.Use)
            Console.WriteLine($"Without the analyzers' look at {Repository.AppHost} and its tests: {packages.Reason}.");

        if (isFormatted && hasUnixLines && isStyled)
            return 0;

        await Console.Error.WriteLineAsync(fix
            ? "btec: lint found what it cannot fix."
            : "btec: lint found errors; \"dotnet btec.cs lint --fix\" applies the formatting.");
        return 1;
    }
}
