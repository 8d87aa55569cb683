namespace Btec.Commands;

/// <summary><c>test</c>: every test that this machine can run, and what it could not run and why.</summary>
internal static class TestCommand
{
    /// <summary>Fail instead of leaving anything out.</summary>
    private const string All = "--all";

    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var isAll = arguments.Contains(All, StringComparer.Ordinal);
        var packages = await AspirePackages.FindAsync(Repository.Tests, cancellationToken);
        if (!await Dotnet.BuildAsync(Repository.Tests, packages.Environment, cancellationToken))
            return 1;

        var environment = isAll ? packages.Environment.With("BTEC_TEST_ALL", "1") : packages.Environment;
        var folder = Directory.CreateTempSubdirectory("btec-test-");
        try
        {
            var run = new TestRun(environment, folder.FullName);
            var exitCode = await run.RunAsync(arguments.Where(argument => argument != All), cancellationToken);
            if (TestReport.Read(run.ReportPath) is not { } report)
            {
                await Console.Error.WriteLineAsync($"btec: the test program ended with exit code {exitCode} and left no report.");
                return 1;
            }

            return Conclude(report, exitCode, packages, isAll);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Conclude(TestReport report, int exitCode, AspirePackages packages, bool isAll)
    {
        string[] leftOut =
        [
            .. report.Skipped.Select(skipped => $"{skipped.Count} skipped: {skipped.Reason}"),
            .. packages.Use ? Array.Empty<string>() : [$"the tests of the AppHost's model and the distributed tests: {packages.Reason}"],
        ];
        if (leftOut.Length > 0)
        {
            Console.WriteLine("Left out:");
            foreach (var line in leftOut)
                Console.WriteLine($"  {line}");
        }

        var failure =
            report.Passed + report.Failed == 0 ? "no test ran"
            : report.Failed > 0 ? "tests failed"
            : isAll && leftOut.Length > 0 ? $"{All} leaves nothing out, and this machine cannot run everything"
            : exitCode != 0 ? $"the test program ended with exit code {exitCode}"
            : null;
        if (failure is not null)
            Console.WriteLine($"Failed: {failure}.");

        foreach (var (name, message) in report.Failures)
            Console.WriteLine($"  {name}: {message}");

        Console.WriteLine($"{report.Passed} passed, {report.Failed} failed, {report.SkippedCount} skipped");
        return failure is null ? 0 : 1;
    }
}
