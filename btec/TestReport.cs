using System.Text.Json;

namespace Btec.Commands;

/// <summary>The runner's report, in the Common Test Report Format (ctrf.io).</summary>
/// <param name="Failures">The names of the tests that failed, each with what it said.</param>
/// <param name="Skipped">The reasons for which tests were skipped, and how many for each.</param>
internal sealed record TestReport(
    int Passed, IReadOnlyList<(string Name, string Message)> Failures, IReadOnlyList<(string Reason, int Count)> Skipped)
{
    public int Failed => Failures.Count;

    public int SkippedCount => Skipped.Sum(skipped => skipped.Count);

    /// <returns>Null when there is no whole report: the test program has crashed.</returns>
    public static TestReport? Read(string path)
    {
        try
        {
            using var report = JsonDocument.Parse(File.ReadAllBytes(path));
            var tests = report.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray()
                .Select(test => (Status: test.GetProperty("status").GetString(), Name: test.GetProperty("name").GetString() ?? "", Message: MessageOf(test)))
                .ToArray();
            var skipped = tests.Where(test => test.Status is "skipped" or "pending").ToArray();
            return new TestReport(
                tests.Count(test => test.Status == "passed"),
                [.. tests.Where(test => test.Status is not ("passed" or "skipped" or "pending")).Select(test => (test.Name, test.Message))],
                [.. skipped.CountBy(test => test.Message, StringComparer.Ordinal).Select(group => (group.Key, group.Value))]);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

    private static string MessageOf(JsonElement test) =>
        test.TryGetProperty("message", out var message) ? message.GetString()?.ReplaceLineEndings(" ") ?? "" : "no reason given";
}
