using System.Text.RegularExpressions;
using Btec.Tests.Documentation;

namespace Btec.Tests.Architecture;

/// <summary>The rule that hand-written SQL names its columns: in a rolling deployment the previous version runs beside a newer
/// schema.</summary>
public static class StatementTests
{
    private static readonly string[] Projects = ["Btec.Api", "Btec.Data", "Btec.MigrationService"];

    [Fact]
    public static void No_statement_reads_all_columns_of_a_table()
    {
        var found =
            from project in Projects
            from file in Directory.EnumerateFiles(Path.Combine(Documents.Root, project), "*.cs", SearchOption.AllDirectories)
            where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            where Regex.IsMatch(text, @"(?:SELECT|RETURNING)\s+(?:\w+\.)?\*", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            select Path.GetFileName(file);

        Assert.Empty(found);
    }
}
