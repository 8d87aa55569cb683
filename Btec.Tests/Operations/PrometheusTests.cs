using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Operations;

/// <summary>A real Prometheus, which reads the metrics of an API and evaluates the rules and the dashboards.</summary>
[Collection(MetricsCollection.Name)]
public sealed class PrometheusTests(EmittedMetrics emitted)
{
    [Fact]
    public async Task Promtool_accepts_the_configuration_and_the_rules()
    {
        var (exitCode, output) = await PrometheusServer.RunToolAsync("check", "config", "prometheus.yml");

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Each_alert_fires_when_it_should_and_only_then()
    {
        var (exitCode, output) = await PrometheusServer.RunToolAsync("test", "rules", "rules_test.yml");

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Prometheus_reads_the_metrics_and_understands_every_rule_and_every_dashboard()
    {
        await using var prometheus = await PrometheusServer.StartAsync(emitted.Address);

        // Other APIs of this process count there, too.
        await Eventually.IsTrueAsync(
            async () => ReadValues(await prometheus.QueryAsync("sum(btec_logins_total{job=\"btec-api\",outcome=\"success\"}) > 0")).Count == 1,
            "Prometheus has read the login");
        Assert.Equal(["1"], ReadValues(await prometheus.QueryAsync("up{job=\"btec-api\"}")));

        foreach (var (panel, expression) in Dashboards.ReadExpressions())
        {
            var answer = await prometheus.QueryAsync(Dashboards.Resolve(expression));
            Assert.True(answer.GetProperty("status").GetString() == "success", $"{panel}: {answer}");
        }

        await Eventually.IsTrueAsync(
            async () => ReadRules(await prometheus.GetAsync("/api/v1/rules"))
                .TrueForAll(rule => rule.GetProperty("health").GetString() == "ok"),
            "every rule has been evaluated without an error");
        // Nothing is wrong with this API. The exporters of other programs are missing, and nothing fires for that.
        var firing = ReadRules(await prometheus.GetAsync("/api/v1/rules"))
            .Where(rule => rule.TryGetProperty("state", out var state) && state.GetString() == "firing");
        Assert.Empty(firing.Select(rule => rule.GetProperty("name").GetString()).Except(FiredByTheFixture, StringComparer.Ordinal));
    }

    /// <summary>The alerts on rare counters without a waiting time, each of which the fixture has raised once.</summary>
    private static readonly string[] FiredByTheFixture = ["BtecMailsAbandoned", "BtecWebhookDisabled"];

    private static List<JsonElement> ReadRules(JsonElement answer) =>
    [
        .. answer.GetProperty("data").GetProperty("groups").EnumerateArray()
            .SelectMany(theGroup => theGroup.GetProperty("rules").EnumerateArray()),
    ];

    private static List<string> ReadValues(JsonElement answer) =>
    [
        .. answer.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(series => series.GetProperty("value")[1].GetString()!),
    ];
}
