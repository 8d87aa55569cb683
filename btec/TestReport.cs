using System.Text.Json;

namespace Btec.Commands;

/// <summary>The runner's report, in the Common Test Report Format (ctrf.io).</summary>
/// <param name="Skipped">The reasons for which tests were skipped, and how many for each.</param>
internal sealed record TestReport(int Passed, int Failed, IReadOnlyList<(string Reason, int Count)> Skipped)
{
    public int SkippedCount => Skipped.Sum(skipped => skipped.Count);

    /// <returns>Null when there is no whole report: the test program has crashed.</returns>
    public static TestReport? Read(string path)
    {
        try
        {
            using var report = JsonDocument.Parse(File.ReadAllBytes(path));
            var tests = report.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray()
                .Select(test => (Status: test.GetProperty("status").GetString(), Message: MessageOf(test)))
                .ToArray();
            var passed = tests.Count(test => test.Status == "passed");
            var skipped = tests.Where(test => test.Status is "skipped" or "pending").ToArray();
            return new TestReport(
                passed,
                tests.Length - passed - skipped.Length,
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
