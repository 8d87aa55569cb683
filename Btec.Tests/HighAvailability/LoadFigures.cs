using System.Diagnostics;
using System.Globalization;
using Btec.Tests.Faults;

namespace Btec.Tests.HighAvailability;

/// <summary>The figures of a load.</summary>
internal static class LoadFigures
{
    /// <summary>Returns lines for people: what each server answered to each kind of request.</summary>
    public static IEnumerable<string> Of(SteadyLoad load) => Of(load.Answers);

    /// <summary>Returns lines for people: what each server answered to each kind of request.</summary>
    public static IEnumerable<string> Of(IEnumerable<LoadAnswer> answers) => answers
        .GroupBy(answer => (answer.Server.BaseAddress!.Port, answer.Step, answer.Status))
        .Select(kind => $"{kind.Key.Port} {kind.Key.Step} {kind.Key.Status}: {Describe(kind.Select(answer => answer.Latency))}")
        .Order(StringComparer.Ordinal);

    /// <summary>Returns the number of latencies and their quantiles, for people.</summary>
    public static string Describe(IEnumerable<TimeSpan> latencies)
    {
        var times = latencies.Select(latency => latency.TotalMilliseconds).Order().ToList();
        return times.Count == 0
            ? "none"
            : Show($"{times.Count}, median {times[times.Count / 2]:0} ms, p99 {times[times.Count * 99 / 100]:0} ms, longest {times[^1]:0} ms");
    }

    /// <summary>Returns lines for people: how long a failover was felt.</summary>
    /// <param name="promoted">The time at which another server became the primary.</param>
    public static IEnumerable<string> Of(SteadyLoad load, long promoted)
    {
        var answers = load.Answers.OrderBy(answer => answer.SentAt).ToList();
        foreach (var status in answers.GroupBy(answer => answer.Status).OrderBy(group => group.Key))
            yield return Show($"{status.Key}: {status.Count()}, longest {status.Max(answer => answer.Latency).TotalSeconds:0.00} s");

        var successes = answers.Where(answer => !answer.IsInconclusive).Select(EndOf).Order().ToList();
        var gap = successes.Zip(successes.Skip(1)).Max(pair => Stopwatch.GetElapsedTime(pair.First, pair.Second));
        yield return Show($"Longest time without a success: {gap.TotalSeconds:0.00} s");

        var firstFailure = answers.Find(answer => answer.IsInconclusive);
        var lastFailure = answers.FindLast(answer => answer.IsInconclusive);
        if (firstFailure is null || lastFailure is null)
            yield break;

        yield return Show($"First failure: {Stopwatch.GetElapsedTime(promoted, firstFailure.SentAt).TotalSeconds:0.00} s after the promotion");
        yield return Show($"Last failed request sent: {Stopwatch.GetElapsedTime(promoted, lastFailure.SentAt).TotalSeconds:0.00} s after it");
        var firstSuccess = successes.Find(end => end > promoted);
        yield return Show($"First success: {Stopwatch.GetElapsedTime(promoted, firstSuccess).TotalSeconds:0.00} s after it");
        yield return Show($"Failures by step: {string.Join(", ", answers.Where(answer => answer.IsInconclusive)
            .GroupBy(answer => answer.Step, StringComparer.Ordinal).Select(step => $"{step.Key} {step.Count()}"))}");
    }

    private static long EndOf(LoadAnswer answer) => answer.SentAt + (long)(answer.Latency.TotalSeconds * Stopwatch.Frequency);

    private static string Show(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
