namespace Btec.Commands;

/// <summary>One run of the test program, counted while it runs.</summary>
internal sealed class TestRun(ChildEnvironment environment, string folder)
{
    private const string ReportName = "report.json";

    public string ReportPath { get; } = Path.Combine(folder, ReportName);

    public Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Progress.ShowAsync(
            "testing",
            async progress =>
            {
                var passed = 0;
                await using var tests = Child.Start(
                    Dotnet.Program, [Repository.Assembly(Repository.Tests), .. Options(), .. arguments], Environment(), Count, StopManner.Tool);
                return await tests.WaitAsync(cancellationToken);

                // The block of a test that passed is this one line; all else is for the reader.
                void Count(string line)
                {
                    if (line.StartsWith("passed ", StringComparison.Ordinal))
                        progress.At($"{++passed} passed");
                    else
                        progress.WriteLine(line);
                }
            },
            exitCode => exitCode == 0 ? "done" : $"exit code {exitCode}");

    /// <summary>Passed tests are named for the count, and without colours, which some CI systems get; skipped ones are told by reason in
    /// the end.</summary>
    private string[] Options() =>
    [
        "--results-directory", folder, "--report-xunit-ctrf", "--report-xunit-ctrf-filename", ReportName,
        "--ansi", "off", "--show-test-results", "passed,failed", "--show-stdout", "failed", "--show-stderr", "failed",
    ];

    /// <summary>The words that are counted must not be translated.</summary>
    private ChildEnvironment Environment() => environment.With("TESTINGPLATFORM_UI_LANGUAGE", "en");
}
