using Btec.Tests.Documentation;

namespace Btec.Tests.Operations;

/// <summary>The rules for Prometheus, as far as they can be checked without it.</summary>
[Collection(MetricsCollection.Name)]
public sealed class AlertRuleTests(EmittedMetrics emitted)
{
    private static readonly IReadOnlyList<AlertRule> Rules = AlertRule.ReadAll();

    public static TheoryData<string> Alerts => [.. Rules.Where(rule => rule.Alert is not null).Select(rule => rule.Alert!)];

    [Fact]
    public void Every_metric_and_label_in_the_rules_is_emitted()
    {
        var known = AlertRule.FindKnown(emitted);

        var unknown = Rules.SelectMany(rule => MetricExpression.Parse(rule.Expression).FindUnknown(known)
            .Where(name => emitted.HasPostgres || !name.StartsWith("db_client_", StringComparison.Ordinal))
            .Select(name => $"{rule.Alert ?? rule.Record}: {name}"));

        Assert.Empty(unknown);
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void An_alert_has_a_page_that_says_what_to_do(string alert)
    {
        var page = Rules.Single(rule => rule.Alert == alert).Runbook!;
        var lines = Documents.ReadLines(page);

        Assert.Contains(alert, lines.SelectMany(Documents.FindCode), StringComparer.Ordinal);
        Assert.Equal(
            ["## Symptom", "## Look at", "## Do", "## Afterwards"],
            lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)),
            StringComparer.Ordinal);
    }

    [Fact]
    public void A_page_names_only_alerts_that_exist_and_the_index_has_every_page()
    {
        var folder = OperationFiles.PathOf("docs/operations/incidents");
        var pages = Directory.GetFiles(folder, "*.md").Select(Path.GetFileName).ToList();
        var named = pages.SelectMany(page => Documents.ReadLines($"docs/operations/incidents/{page}")).SelectMany(Documents.FindCode)
            .Where(code => code.StartsWith("Btec", StringComparison.Ordinal) && !code.Contains('.', StringComparison.Ordinal));

        Assert.Empty(named.Except(Alerts.Select(row => row.Data), StringComparer.Ordinal));
        var index = string.Join('\n', Documents.ReadLines("docs/operations/README.md"));
        Assert.All(pages, page => Assert.Contains($"(incidents/{page})", index, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void An_alert_is_tested_for_firing_and_for_silence(string alert)
    {
        var expectations = OperationFiles.ReadYaml(OperationFiles.RuleTests).ListOf("tests")
            .SelectMany(test => test.ListOf("alert_rule_test"))
            .Where(test => test.TextOf("alertname") == alert)
            .Select(test => ((List<object>)test["exp_alerts"]).Count > 0)
            .ToList();

        Assert.Contains(true, expectations);
        Assert.Contains(false, expectations);
    }
}
