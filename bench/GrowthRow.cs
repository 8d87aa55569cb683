namespace Btec.Bench;

/// <summary>A measurement with a large database, next to the same with a small one.</summary>
/// <param name="What">The description of the measurement.</param>
/// <param name="Unit">The unit of both numbers.</param>
/// <param name="Few">The numbers of the small database.</param>
/// <param name="Many">The numbers of the large database.</param>
internal sealed record GrowthRow(string What, string Unit, IReadOnlyList<double> Few, IReadOnlyList<double> Many)
{
    /// <summary>Writes the row as a line of a table in Markdown.</summary>
    public override string ToString()
    {
        var (few, many) = (BenchRow.Median(Few), BenchRow.Median(Many));
        return FormattableString.Invariant($"| {What} | {few:#,0.00} {Unit} | {many:#,0.00} {Unit} | {many / few:0.00} |");
    }
}
