namespace Btec.Commands;

/// <summary>Calls the <c>dotnet</c> that runs this command.</summary>
internal static class Dotnet
{
    public static string Program { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Shows only the progress, and all that was written if it fails.</summary>
    public static async Task<bool> RunAsync(
        string what, ChildEnvironment environment, CancellationToken cancellationToken, params string[] arguments)
    {
        var output = await TryAsync(what, environment, output => output.Succeeded ? "done" : "failed", cancellationToken, arguments);
        if (output.Succeeded)
            return true;

        foreach (var line in output.Lines)
            await Console.Error.WriteLineAsync(line);

        return false;
    }

    /// <summary>Shows only the progress, and leaves it to the caller to show what was written.</summary>
    public static Task<Output> TryAsync(
        string what,
        ChildEnvironment environment,
        Func<Output, string> outcomeOf,
        CancellationToken cancellationToken,
        params string[] arguments) =>
        Progress.ShowAsync(
            what,
            async progress =>
            {
                var lines = new List<string>();
                await using var child = Child.Start(Program, arguments, environment, Keep, StopManner.Tool);
                var exitCode = await child.WaitAsync(cancellationToken);
                return new Output(exitCode == 0, lines);

                void Keep(string line)
                {
                    lines.Add(line);
                    progress.At(line);
                }
            },
            outcomeOf);

    /// <summary>Restores and builds with one value of UseAspire: what was restored with another does not build.</summary>
    public static async Task<bool> BuildAsync(string project, ChildEnvironment environment, CancellationToken cancellationToken) =>
        await RunAsync($"restoring {project}", environment, cancellationToken, "restore", project)
        && await RunAsync($"building {project}", environment, cancellationToken, "build", project, "--no-restore", "-consoleLoggerParameters:NoSummary");

    internal sealed record Output(bool Succeeded, IReadOnlyList<string> Lines);
}
