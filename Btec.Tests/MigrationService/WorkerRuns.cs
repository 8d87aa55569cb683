using Btec.Tests.Infrastructure;

namespace Btec.Tests.MigrationService;

/// <summary>Whole runs of the worker, and what is expected of all of them.</summary>
internal static class WorkerRuns
{
    /// <summary>Runs the worker to its end on a database.</summary>
    public static Task<ProcessEnd> RunWorkerAsync(this TestDatabase database, params (string Name, string? Value)[] settings) =>
        RunAsync(database.ToSettings(settings));

    /// <summary>Runs the worker to its end.</summary>
    public static async Task<ProcessEnd> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        await using var worker = BtecProcess.StartWorker(settings, arguments);
        return await worker.WaitForEndAsync();
    }

    /// <summary>Runs the worker to its end on whatever the connection string names.</summary>
    public static Task<ProcessEnd> RunAsync(string connectionString, params (string Name, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = connectionString };
        foreach (var (name, value) in settings)
            all[name] = value;

        return RunAsync(all);
    }

    /// <summary>Checks that it failed, and that one line says why.</summary>
    /// <returns>That line.</returns>
    public static string AssertFailed(this ProcessEnd end)
    {
        end.AssertExitCode(1);
        Assert.Empty(end.Error);
        return FindFault(end.Output);
    }

    /// <summary>Checks the same of <c>--status</c>, whose standard output is the list's alone.</summary>
    public static void AssertStatusFailed(this ProcessEnd end)
    {
        end.AssertExitCode(1);
        Assert.Empty(end.Output);
        FindFault(end.Error);
    }

    /// <summary>Checks that it stopped because it was asked to, well within the 10 s after which orchestrators kill.</summary>
    public static void AssertInterrupted(this ProcessEnd end)
    {
        Assert.Contains("was interrupted before it finished", end.AssertFailed(), StringComparison.Ordinal);
        Assert.True(end.Elapsed < TimeSpan.FromSeconds(8), $"It took {end.Elapsed}.");
    }

    public static void AssertDidNotWait(this ProcessEnd end) =>
        Assert.DoesNotContain("Waiting for the database", end.Text, StringComparison.Ordinal);

    private static string FindFault(IEnumerable<string> lines) => Assert.Single(
        lines,
        line => line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal)
            || line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal));
}
