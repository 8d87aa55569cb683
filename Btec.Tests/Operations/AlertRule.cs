namespace Btec.Tests.Operations;

/// <summary>A rule of <c>deploy/prometheus/rules.yml</c>.</summary>
/// <param name="Record">The metric that it records, if it is no alert.</param>
/// <param name="Alert">The name of the alert.</param>
/// <param name="Expression">The expression.</param>
/// <param name="Labels">The labels that it sets.</param>
/// <param name="Runbook">The page of the alert, from the root.</param>
internal sealed record AlertRule(string? Record, string? Alert, string Expression, IReadOnlyList<string> Labels, string? Runbook)
{
    public static IReadOnlyList<AlertRule> ReadAll() =>
    [
        .. from theGroup in OperationFiles.ReadYaml(OperationFiles.Rules).ListOf("groups")
           from rule in theGroup.ListOf("rules")
           select new AlertRule(
               rule.GetValueOrDefault("record") as string,
               rule.GetValueOrDefault("alert") as string,
               rule.TextOf("expr"),
               [.. rule.MapOf("labels").Keys.Cast<string>()],
               rule.ContainsKey("annotations") ? rule.MapOf("annotations").TextOf("runbook") : null),
    ];

    /// <summary>Returns the metrics that rules and dashboards may name, each with its labels: those of the API, those that the rules
    /// record, and those of the exporters that docs/operations/monitoring.md names.</summary>
    public static Dictionary<string, HashSet<string>> FindKnown(EmittedMetrics emitted)
    {
        ArgumentNullException.ThrowIfNull(emitted);
        var known = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal)
        {
            ["up"] = [],
            ["kube_job_status_failed"] = ["job_name"],
            ["node_filesystem_avail_bytes"] = ["fstype", "mountpoint"],
            ["node_filesystem_size_bytes"] = ["fstype", "mountpoint"],
        };
        foreach (var (metric, labels) in emitted.Labels)
            known.Add(metric, [.. labels]);

        foreach (var rules in ReadAll().Where(rule => rule.Record is not null).GroupBy(rule => rule.Record!, StringComparer.Ordinal))
            known.Add(rules.Key, [.. rules.SelectMany(rule => rule.Labels)]);

        // Prometheus adds these two to what it reads.
        foreach (var labels in known.Values)
            labels.UnionWith(["job", "instance"]);

        return known;
    }
}
