using Btec.Tests.Infrastructure;

namespace Btec.Tests.MigrationService;

/// <summary>Complete runs of the worker, and common checks of their results.</summary>
internal static class WorkerRuns
{
    /// <summary>Runs the worker on a database until it ends.</summary>
    public static Task<ProcessEnd> RunWorkerAsync(this TestDatabase database, params (string Name, string? Value)[] settings) =>
        RunAsync(database.ToSettings(settings));

    /// <summary>Runs the worker until it ends.</summary>
    public static async Task<ProcessEnd> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        await using var worker = BtecProcess.StartWorker(settings, arguments);
        return await worker.WaitForEndAsync();
    }

    /// <summary>Runs the worker on the database of a connection string until it ends.</summary>
    public static Task<ProcessEnd> RunAsync(string connectionString, params (string Name, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal) { ["ConnectionStrings:btecdb"] = connectionString };
        foreach (var (name, value) in settings)
            all[name] = value;

        return RunAsync(all);
    }

    /// <summary>Checks that the worker failed, and that exactly one line says why.</summary>
    /// <returns>That line.</returns>
    public static string AssertFailed(this ProcessEnd end)
    {
        end.AssertExitCode(1);
        Assert.Empty(end.Error);
        return FindFault(end.Output);
    }

    /// <summary>Checks that <c>--status</c> failed; its standard output is reserved for the list, so the reason is on standard
    /// error.</summary>
    public static void AssertStatusFailed(this ProcessEnd end)
    {
        end.AssertExitCode(1);
        Assert.Empty(end.Output);
        FindFault(end.Error);
    }

    /// <summary>Checks that the worker was interrupted, well before orchestrators kill it after 10 s.</summary>
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
