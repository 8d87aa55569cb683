using System.Text.RegularExpressions;

namespace Btec.Tests.Documentation;

/// <summary>The documentation of the repository.</summary>
internal static partial class Documents
{
    /// <summary>Gets the root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Lists every Markdown file, as paths from the root.</summary>
    public static IReadOnlyList<string> List() =>
    [
        .. Directory.EnumerateFiles(Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, ".github"), "*.md"))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a Markdown file without its fenced code blocks.</summary>
    public static IReadOnlyList<string> ReadLines(string file)
    {
        var lines = new List<string>();
        var isCode = false;
        foreach (var line in File.ReadLines(Path.Combine(Root, file)))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            else if (!isCode)
                lines.Add(line);
        }

        return lines;
    }

    /// <summary>Reads the rows of every table in a file that has these headings.</summary>
    /// <param name="file">The path from the root.</param>
    /// <param name="headings">The headings of the columns.</param>
    /// <returns>The cells of each row, at least one row.</returns>
    public static IReadOnlyList<string[]> ReadRows(string file, params string[] headings)
    {
        var rows = new List<string[]>();
        var isInTable = false;
        foreach (var line in ReadLines(file))
        {
            string[] cells = line.StartsWith('|') ? [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())] : [];
            if (cells.SequenceEqual(headings, StringComparer.Ordinal))
                isInTable = true;
            else if (cells.Length == 0)
                isInTable = false;
            else if (isInTable && !Separator().IsMatch(line))
                rows.Add(cells);
        }

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(headings.Length, row.Length));
        return rows;
    }

    /// <summary>Returns what stands in backticks.</summary>
    public static IReadOnlyList<string> FindCode(string text) =>
        [.. Code().Matches(text).Select(match => match.Groups["code"].Value)];

    /// <summary>Returns the one text that stands in backticks.</summary>
    public static string ReadCode(string cell) => Assert.Single(FindCode(cell));

    /// <summary>Asserts that a column of a table and the code have the same values, each once.</summary>
    public static void AssertSame(IEnumerable<string> expected, IEnumerable<string> documented)
    {
        List<string> inCode = [.. expected];
        List<string> inTable = [.. documented];
        var missing = inCode.Except(inTable, StringComparer.Ordinal).Select(value => $"missing in the table: {value}");
        var superfluous = inTable.Except(inCode, StringComparer.Ordinal).Select(value => $"not in the code: {value}");
        var repeated = inTable.GroupBy(value => value, StringComparer.Ordinal)
            .Where(group => group.Skip(1).Any())
            .Select(group => $"twice in the table: {group.Key}");
        Assert.Empty(missing.Concat(superfluous).Concat(repeated));
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Btec.sln")))
                return folder.FullName;
        }

        throw new FileNotFoundException("There is no Btec.sln above the tests.");
    }

    [GeneratedRegex("^\\|[ |:-]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Separator();

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();
}
