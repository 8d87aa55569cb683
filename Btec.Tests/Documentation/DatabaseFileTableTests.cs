using System.Text.RegularExpressions;

namespace Btec.Tests.Documentation;

public sealed partial class DatabaseFileTableTests
{
    private static readonly string[] Projects =
        ["Btec.Api", "Btec.AppHost", "Btec.Client", "Btec.Data", "Btec.Hosting", "Btec.MigrationService", "Btec.ServiceDefaults"];

    /// <summary>The folders in which every file depends on the database.</summary>
    private static readonly string[] Folders = ["Btec.Data/Postgres/", "Btec.Data/Sqlite/"];

    [Fact]
    public void The_table_of_a_third_database_lists_every_file_that_depends_on_the_database()
    {
        var dependent = Projects
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Documents.Root, project), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Documents.Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => File.ReadLines(Path.Combine(Documents.Root, file)).Any(line => Code().IsMatch(line)))
            .Select(file => Folders.FirstOrDefault(folder => file.StartsWith(folder, StringComparison.Ordinal)) ?? file)
            .Distinct(StringComparer.Ordinal);

        Documents.AssertSame(
            dependent,
            Documents.ReadRows("docs/extending.md", "file", "what depends on the database").Select(row => Documents.ReadCode(row[0])));
    }

    /// <summary>A name of either database in a line that is no comment.</summary>
    [GeneratedRegex("^(?!\\s*//).*(Npgsql|Sqlite)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
