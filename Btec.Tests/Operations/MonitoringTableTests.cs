using Btec.Tests.Documentation;

namespace Btec.Tests.Operations;

[Collection(MetricsCollection.Name)]
public sealed class MonitoringTableTests(EmittedMetrics emitted)
{
    private static readonly string[] Suffixes = ["_bucket", "_sum", "_count"];

    /// <summary>The labels that Prometheus or OpenTelemetry add to every metric.</summary>
    private static readonly string[] Added = ["le", "job", "instance"];

    [Fact]
    public void The_table_has_every_metric_of_the_API_with_its_labels()
    {
        var own = emitted.Labels.Where(metric => metric.Key.StartsWith("btec_", StringComparison.Ordinal))
            .GroupBy(metric => Suffixes.Where(suffix => metric.Key.EndsWith($"_seconds{suffix}", StringComparison.Ordinal))
                .Select(suffix => metric.Key[..^suffix.Length]).FirstOrDefault(metric.Key), metric => metric.Value, StringComparer.Ordinal)
            .Select(metric => Show(metric.Key, metric.SelectMany(labels => labels).Distinct(StringComparer.Ordinal)
                .Where(label => !Added.Contains(label, StringComparer.Ordinal) && !label.StartsWith("otel_", StringComparison.Ordinal))));

        Documents.AssertSame(
            own,
            Documents.ReadRows("docs/operations/monitoring.md", "metric", "labels", "meaning")
                .Select(row => Show(Documents.ReadCode(row[0]), Documents.FindCode(row[1]))));
    }

    private static string Show(string metric, IEnumerable<string> labels) =>
        $"{metric} {string.Join(' ', labels.Order(StringComparer.Ordinal))}";
}
