namespace Btec.Tests.Documentation.Asvs;

/// <summary>A requirement of the OWASP ASVS 5.0 of level 1 or 2.</summary>
/// <param name="Heading">The subject, in our own words.</param>
internal sealed record AsvsRequirement(string Id, int Level, string Heading)
{
    private const string File = "Btec.Tests/Documentation/Asvs/requirements.tsv";

    public int Chapter => int.Parse(Id[..Id.IndexOf('.', StringComparison.Ordinal)]);

    public static IReadOnlyList<AsvsRequirement> ReadAll() =>
    [
        .. from line in System.IO.File.ReadLines(Path.Combine(Documents.Root, File))
           let cells = line.Split('\t')
           select new AsvsRequirement(cells[0], int.Parse(cells[1]), cells[2]),
    ];
}
