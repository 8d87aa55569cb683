using System.Text.RegularExpressions;

namespace Btec.Tests.Documentation;

/// <summary>The rules of docs/style.md for English that a program can check.</summary>
public sealed partial class ProseTests
{
    private static readonly string[] Folders =
    [
        "Btec.Api", "Btec.AppHost", "Btec.Client", "Btec.Client.Testing", "Btec.Data", "Btec.Hosting", "Btec.MigrationService",
        "Btec.ServiceDefaults", "Btec.Tests", "bench", "samples",
    ];

    [Fact]
    public void A_comment_does_not_begin_with_a_bare_clause() => Assert.Empty(FindLines(ListCode(), BareClause()));

    [Fact]
    public void Comments_and_documents_are_in_American_English() => Assert.Empty(
        FindLines(ListCode(), BritishComment()).Concat(FindLines(Documents.List(), British())));

    private static IEnumerable<string> ListCode() =>
        from folder in Folders
        from file in Directory.EnumerateFiles(Path.Combine(Documents.Root, folder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Documents.Root, file).Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        select path;

    private static IEnumerable<string> FindLines(IEnumerable<string> files, Regex fault) =>
        from file in files
        from line in File.ReadLines(Path.Combine(Documents.Root, file)).Index()
        where fault.IsMatch(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(
        @"<(summary|returns|param[^>]*)>(Who|What|Whether|How|Whoever|Whatever) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BareClause();

    [GeneratedRegex(@"//.*\b(" + BritishWords + @")\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BritishComment();

    [GeneratedRegex(@"\b(" + BritishWords + @")\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex British();

    private const string BritishWords =
        "behaviour|colours?|favour|honour(ed|s)?|neighbour(s|ing)?|catalogues?|dialogue|licence|centre|cancell(ed|ing)|enrolment"
        + "|(custom|equal|initial|normal|optim|organ|recogn|real|summar|synchron|author)i(se|ses|sed|sing|sation)";
}
