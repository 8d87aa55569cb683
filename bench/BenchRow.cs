namespace Btec.Bench;

/// <summary>The measurements of one row, next to those of its limit, one number per round.</summary>
/// <param name="Name">The name of the row on the command line.</param>
/// <param name="What">The description of the measurement.</param>
/// <param name="Unit">The unit of both numbers.</param>
/// <param name="Against">The description of the limit.</param>
/// <param name="Target">The required ratio of measurement to limit.</param>
/// <param name="IsAtLeast"><see langword="true"/> if the ratio must be at least the target; otherwise at most.</param>
internal sealed record BenchRow(
    string Name,
    string What,
    string Unit,
    string Against,
    double Target,
    bool IsAtLeast,
    IReadOnlyList<double> Measured,
    IReadOnlyList<double> Limit)
{
    public double MeasuredMedian => Median(Measured);

    public double LimitMedian => Median(Limit);

    /// <summary>The median of the ratios of the rounds. A disturbance of the machine affects both numbers of a round and cancels
    /// out.</summary>
    public double Ratio => Median([.. Measured.Zip(Limit, (measured, limit) => measured / limit)]);

    /// <summary>The number of rejected requests, in a row where none may be rejected. Any means that the target was
    /// missed.</summary>
    public int Refused { get; init; }

    public bool IsMet => Refused == 0 && (IsAtLeast ? Ratio >= Target : Ratio <= Target);

    /// <summary>Further measurements, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Others { get; init; } =
        new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
