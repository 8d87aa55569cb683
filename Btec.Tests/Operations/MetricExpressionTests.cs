namespace Btec.Tests.Operations;

public static class MetricExpressionTests
{
    [Fact]
    public static void An_expression_has_the_metrics_and_labels_that_it_names()
    {
        var expression = MetricExpression.Parse(
            """
            (1 - sum by (instance, le) (rate(btec_a_total{reason=~"x|y{z}",job!="up"}[5m] offset 1h))) / 1e3
              and on (zone) btec:b:rate5m > 0.5 or histogram_quantile(0.95, btec_c_bucket)
              unless sum without (pod) (increase(btec_d[$__rate_interval]))
            """);

        Assert.Equal(
            ["btec_a_total", "btec:b:rate5m", "btec_c_bucket", "btec_d"],
            expression.Selectors.Select(selector => selector.Metric),
            StringComparer.Ordinal);
        Assert.Equal(["reason", "job"], expression.Selectors[0].Labels);
        Assert.Equal(["instance", "le", "zone", "pod"], expression.Grouping);
    }

    [Fact]
    public static void Names_that_no_metric_has_are_found()
    {
        var known = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal) { ["btec_a"] = ["reason"] };

        var unknown = MetricExpression.Parse("sum by (zone) (btec_a{reason=\"x\",cause=\"y\"}) > btec_b").FindUnknown(known);

        Assert.Equal(["btec_a{cause}", "btec_b", "by (zone)"], unknown, StringComparer.Ordinal);
    }
}
