namespace Btec.Tests.Operations;

/// <summary>The dashboards, as far as they can be checked without Grafana and Prometheus.</summary>
[Collection(MetricsCollection.Name)]
public sealed class DashboardTests(EmittedMetrics emitted)
{
    [Fact]
    public void Every_metric_and_label_in_the_dashboards_is_emitted()
    {
        var known = AlertRule.FindKnown(emitted);

        var unknown = Dashboards.ReadExpressions().SelectMany(panel => MetricExpression.Parse(panel.Expression).FindUnknown(known)
            .Where(name => emitted.HasPostgres || !name.StartsWith("db_client_", StringComparison.Ordinal))
            .Select(name => $"{panel.Panel}: {name}"));

        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_own_metric_is_on_a_dashboard()
    {
        var shown = Dashboards.ReadExpressions().SelectMany(panel => MetricExpression.Parse(panel.Expression).Selectors)
            .Select(selector => WithoutSuffix(selector.Metric));

        var own = emitted.Labels.Keys.Where(name => name.StartsWith("btec_", StringComparison.Ordinal)).Select(WithoutSuffix);

        Assert.Empty(own.Except(shown, StringComparer.Ordinal));
    }

    [Fact]
    public void Each_dashboard_has_an_identity_and_its_panels_use_the_chosen_data_source()
    {
        var dashboards = Dashboards.List()
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Content: Dashboards.Read(file))).ToList();

        Assert.All(dashboards, dashboard => Assert.Equal(dashboard.Name, dashboard.Content.GetProperty("uid").GetString()));
        Assert.All(
            dashboards.SelectMany(dashboard => dashboard.Content.GetProperty("panels").EnumerateArray()),
            panel => Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    /// <summary>Returns the name of a histogram without the suffix of one of its series.</summary>
    private static string WithoutSuffix(string metric) =>
        ((string[])["_bucket", "_count", "_sum"]).Where(suffix => metric.EndsWith(suffix, StringComparison.Ordinal))
            .Select(suffix => metric[..^suffix.Length]).FirstOrDefault(metric);
}
