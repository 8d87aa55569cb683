using System.Text;

namespace Btec.Tests.Documentation.Asvs;

/// <summary>The page that shows each requirement with its evidence.</summary>
internal static class AsvsPage
{
    public const string File = "docs/asvs.md";

    private const string Test = "Test";

    private static readonly string[] Chapters =
    [
        "Encoding and injection", "Validation and business logic", "Browsers", "HTTP services", "Files", "Authentication", "Sessions",
        "Authorization", "Self-contained tokens", "OAuth and OpenID Connect", "Cryptography", "Transport security", "Configuration",
        "Data protection", "Code and dependencies", "Logs and errors", "WebRTC",
    ];

    private static readonly string[] States =
        [Test, AsvsReason.Document, AsvsReason.Design, AsvsReason.NotMet, AsvsReason.NotApplicable];

    public static string Write(
        IReadOnlyList<AsvsRequirement> requirements, IReadOnlyList<AsvsReason> reasons, IReadOnlyList<AsvsEvidence> evidence)
    {
        var rows = requirements.Select(requirement => Judge(requirement, reasons, evidence)).ToList();
        var page = new StringBuilder().Append(
            """
            # OWASP ASVS 5.0

            Every requirement of levels 1 and 2 of the [OWASP Application Security Verification Standard
            5.0](https://github.com/OWASP/ASVS/tree/master/5.0) with the test that shows it, or with the reason why no test does. The
            headings are our own words; read the requirements in the standard.

            A test writes this page from the attributes on the tests and from `Btec.Tests/Documentation/Asvs/reasons.tsv`. Do not edit
            it. To write it anew: `BTEC_WRITE_DOCS=1 dotnet test --project Btec.Tests --filter-class "*AsvsTests"`.

            - **Test**: the linked tests fail if the requirement is not met.
            - **Document**: the requirement asks for a document, which is linked.
            - **Design**: met by how the system is built; no test of behavior could show it.
            - **Not met**: the sentence says what is missing.
            - **Not applicable**: the system has nothing that the requirement is about.


            """);
        WriteSummary(page, rows);
        foreach (var chapter in rows.GroupBy(row => row.Requirement.Chapter))
            WriteChapter(page, chapter.Key, chapter);

        return page.ToString();
    }

    private static Row Judge(
        AsvsRequirement requirement, IReadOnlyList<AsvsReason> reasons, IReadOnlyList<AsvsEvidence> evidence)
    {
        var tests = evidence.Where(test => test.Id == requirement.Id).ToList();
        if (tests.Count > 0)
            return new Row(requirement, Test, string.Join("; ", tests.Select(Link).Order(StringComparer.Ordinal)));

        // The reason for the requirement itself goes before one for its section or chapter.
        var reason = reasons.Where(reason => reason.Covers(requirement.Id)).MaxBy(reason => reason.Id.Length);
        return new Row(requirement, reason?.State ?? "", reason?.Sentence ?? "");
    }

    private static void WriteSummary(StringBuilder page, List<Row> rows)
    {
        page.Append("| | level 1 | level 2 | both |\n|---|---|---|---|\n");
        foreach (var state in States)
        {
            var counted = rows.Where(row => row.State == state).ToList();
            var first = counted.Count(row => row.Requirement.Level == 1);
            page.Append($"| {state} | {first} | {counted.Count - first} | {counted.Count} |\n");
        }
    }

    private static void WriteChapter(StringBuilder page, int number, IEnumerable<Row> rows)
    {
        page.Append($"\n## {number}. {Chapters[number - 1]}\n\n| requirement | level | about | state | evidence |\n|---|---|---|---|---|\n");
        foreach (var ((id, level, heading), state, text) in rows)
            page.Append($"| {id} | {level} | {heading} | {state} | {text} |\n");
    }

    private static string Link(AsvsEvidence test)
    {
        var file = Directory.EnumerateFiles(Path.Combine(Documents.Root, "Btec.Tests"), $"{test.Class}.cs", SearchOption.AllDirectories)
            .First(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        var path = Path.GetRelativePath(Path.Combine(Documents.Root, "docs"), file).Replace('\\', '/');
        var text = test.Test is null ? test.Class : $"{test.Class}: {test.Test.Replace('_', ' ')}";
        return $"[{text}]({path})";
    }

    private sealed record Row(AsvsRequirement Requirement, string State, string Text);
}
