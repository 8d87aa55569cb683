namespace Btec.Tests.Documentation.Asvs;

/// <summary>The reason why no test shows a requirement.</summary>
/// <param name="Id">The requirement, or the section or chapter whose requirements have no other evidence.</param>
/// <param name="State">The state, as the page shows it.</param>
/// <param name="Sentence">The reason, as Markdown relative to <c>docs</c>.</param>
internal sealed record AsvsReason(string Id, string State, string Sentence)
{
    /// <summary>A document meets the requirement.</summary>
    public const string Document = "Document";

    /// <summary>The design meets the requirement, and no test could fail without it.</summary>
    public const string Design = "Design";

    public const string NotMet = "Not met";
    public const string NotApplicable = "Not applicable";

    private const string File = "Btec.Tests/Documentation/Asvs/reasons.tsv";

    public static IReadOnlyList<string> States { get; } = [Document, Design, NotMet, NotApplicable];

    public static IReadOnlyList<AsvsReason> ReadAll() =>
    [
        .. from line in System.IO.File.ReadLines(Path.Combine(Documents.Root, File))
           let cells = line.Split('\t')
           select new AsvsReason(cells[0], cells[1], cells[2]),
    ];

    /// <summary>Returns whether the reason is about a requirement, alone or with others.</summary>
    public bool Covers(string id) => id == Id || id.StartsWith($"{Id}.", StringComparison.Ordinal);
}
