using Btec.Tests.StepUp;

namespace Btec.Tests.Documentation;

/// <summary>The table of requests in docs/second-factors.md, against what the tests of step-up find in the running API.</summary>
public sealed class StepUpTableTests
{
    private const string OtherReads = "every other `GET`";

    [Fact]
    public void The_table_has_every_route_with_what_it_requires()
    {
        var rows = Documents.ReadRows("docs/second-factors.md", "request", "requires a recent proof", "why");
        var routes = StepUpRoutes.All.GroupBy(
            route => route.Template.Replace(":int}", "}", StringComparison.Ordinal).Replace(":guid}", "}", StringComparison.Ordinal),
            StringComparer.Ordinal);

        Assert.Empty(
            from route in routes
            let documented = FindRows(rows, route.Key).SelectMany(ReadNeeds).ToHashSet()
            where !documented.SetEquals(route.Select(request => request.Need))
            select $"{route.Key}: {string.Join(", ", route.Select(request => request.Need).Distinct())} in the API, "
                + $"{string.Join(", ", documented)} in the table");
    }

    /// <summary>Finds the rows that name a route, or else the folder that it is in, or else the other reads.</summary>
    private static List<string[]> FindRows(IReadOnlyList<string[]> rows, string route)
    {
        var path = route.Split(' ')[1];
        List<string[]> own =
        [
            .. rows.Where(row => Documents.FindCode(row[0]).Any(code => code == route
                || (code.StartsWith('/') && (path == code || path.StartsWith(code + "/", StringComparison.Ordinal))))),
        ];
        return own.Count == 0 && route.StartsWith("GET ", StringComparison.Ordinal)
            ? [.. rows.Where(row => row[0].Contains(OtherReads, StringComparison.Ordinal))]
            : own;
    }

    private static IEnumerable<StepUpNeed> ReadNeeds(string[] row) => row[1] switch
    {
        "always" => [StepUpNeed.Always],
        "no" => [StepUpNeed.Never],
        var need when need.StartsWith("if ", StringComparison.Ordinal) || need.StartsWith("unless ", StringComparison.Ordinal) =>
            [StepUpNeed.Always, StepUpNeed.Never],
        var need when need.EndsWith("however old", StringComparison.Ordinal) => [StepUpNeed.TwoFactors],
        var need when need.Contains("beside the password", StringComparison.Ordinal) => [StepUpNeed.BesidePassword],
        var need => throw new InvalidOperationException($"The table says \"{need}\", which is none of the needs."),
    };
}
