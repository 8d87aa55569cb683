using System.Text.RegularExpressions;

namespace Btec.Tests.Documentation;

/// <summary>The tables of docs/openid-conformance.md.</summary>
public sealed partial class ConformanceTableTests
{
    [Fact]
    public void Every_row_names_a_test_or_says_why_there_is_none()
    {
        var tests = typeof(ConformanceTableTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}").Append(type.Name))
            .ToHashSet(StringComparer.Ordinal);
        var rows = Documents.ReadRows("docs/openid-conformance.md", "module", "what it asks for", "shown by")
            .Concat(Documents.ReadRows("docs/openid-conformance.md", "client", "what it does", "shown by"))
            .ToList();

        Assert.True(rows.Count > 30, $"{rows.Count} rows");
        Assert.All(rows, row => Assert.True(
            Reason().IsMatch(row[2]) || tests.Contains(row[2].Trim('`')), $"{row[0]}: {row[2]} is neither a test nor a reason."));
    }

    [GeneratedRegex("^(not applicable|declined): .{10,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reason();
}
