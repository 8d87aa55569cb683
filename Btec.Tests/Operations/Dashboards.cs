using System.Text.Json;

namespace Btec.Tests.Operations;

/// <summary>The dashboards for Grafana in <c>deploy/grafana</c>.</summary>
internal static class Dashboards
{
    /// <summary>Returns the name of each panel and one of its expressions.</summary>
    public static IReadOnlyList<(string Panel, string Expression)> ReadExpressions() =>
    [
        .. from file in List()
           from panel in Read(file).GetProperty("panels").EnumerateArray()
           from target in panel.GetProperty("targets").EnumerateArray()
           select ($"{Path.GetFileName(file)}: {panel.GetProperty("title").GetString()}", target.GetProperty("expr").GetString()!),
    ];

    /// <summary>Returns an expression as Grafana sends it, with times for its variables.</summary>
    public static string Resolve(string expression) => expression.Replace("$__rate_interval", "1m", StringComparison.Ordinal);

    public static IReadOnlyList<string> List() =>
        [.. Directory.GetFiles(OperationFiles.PathOf("deploy/grafana"), "*.json").Order(StringComparer.Ordinal)];

    public static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.Clone();
    }
}
