using System.Text.RegularExpressions;

namespace Btec.Tests.Operations;

/// <summary>An expression of PromQL, as far as its names go.</summary>
internal sealed partial class MetricExpression
{
    private static readonly string[] Words =
        ["and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring", "group_left", "group_right", "inf", "nan"];

    private MetricExpression(string text)
    {
        // Variables of Grafana stand for values and times.
        var rest = Variable().Replace(Text().Replace(text, "\"\""), "5m");
        Grouping = [.. Group().Matches(rest).SelectMany(match => Name().Matches(match.Groups["labels"].Value)).Select(name => name.Value)];
        rest = Group().Replace(rest, " ");
        Selectors =
        [
            .. Selector().Matches(rest)
                .Where(match => !Words.Contains(match.Groups["name"].Value, StringComparer.OrdinalIgnoreCase))
                .Select(match => (
                    match.Groups["name"].Value,
                    Matcher().Matches(match.Groups["matchers"].Value).Select(matcher => matcher.Groups["label"].Value).ToList())),
        ];
    }

    /// <summary>The metrics, each with the labels by which its series are selected.</summary>
    public IReadOnlyList<(string Metric, List<string> Labels)> Selectors { get; }

    /// <summary>The labels by which series are aggregated or matched.</summary>
    public IReadOnlyList<string> Grouping { get; }

    public static MetricExpression Parse(string text) => new(text);

    /// <summary>Returns the names in this expression that no metric of the API and none of another exporter has.</summary>
    public IEnumerable<string> FindUnknown(IReadOnlyDictionary<string, HashSet<string>> metrics)
    {
        foreach (var (metric, labels) in Selectors)
        {
            if (!metrics.TryGetValue(metric, out var known))
                yield return metric;
            else
                foreach (var label in labels.Except(known, StringComparer.Ordinal))
                    yield return $"{metric}{{{label}}}";
        }

        var all = Selectors.SelectMany(selector => metrics.GetValueOrDefault(selector.Metric) ?? []);
        foreach (var label in Grouping.Except(all, StringComparer.Ordinal))
            yield return $"by ({label})";
    }

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Text();

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\$(\w+|\{\w+\})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(
        @"\b(by|without|on|ignoring|group_left|group_right)\s*\((?<labels>[^)]*)\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Group();

    /// <summary>A name that is no function, no duration and no part of a number, with its matchers.</summary>
    [GeneratedRegex(
        @"(?<![\w:.\[{,])(?<name>[a-zA-Z_:][\w:]*)\b(?![\w:]*\s*\()(\s*\{(?<matchers>[^}]*)\})?",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Selector();

    [GeneratedRegex(@"(?<label>\w+)\s*(=~|!~|!=|=)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Matcher();
}
