using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Btec.Data.Passwords;

namespace Btec.Bench;

/// <summary>One thing that was measured beside its limit, round by round.</summary>
/// <param name="Name">The row's name on the command line.</param>
/// <param name="What">What was measured.</param>
/// <param name="Unit">Of both numbers.</param>
/// <param name="Against">The limit.</param>
/// <param name="Target">What the ratio is to be.</param>
/// <param name="IsAtLeast">At least the target, else at most.</param>
/// <param name="Measured">Each round's number.</param>
/// <param name="Limit">Each round's number of the limit.</param>
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

    /// <summary>The median of the rounds' ratios: what disturbs the machine for a while disturbs both numbers of a
    /// round.</summary>
    public double Ratio => Median([.. Measured.Zip(Limit, (measured, limit) => measured / limit)]);

    /// <summary>Answers that were refused where none may be: a row with some has missed its target.</summary>
    public int Refused { get; init; }

    public bool IsMet => Refused == 0 && (IsAtLeast ? Ratio >= Target : Ratio <= Target);

    public IReadOnlyDictionary<string, IReadOnlyList<double>> Others { get; init; } = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>The table for people and the JSON for programs.</summary>
internal static class BenchReport
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Print(IReadOnlyList<BenchRow> rows)
    {
        string[] head = ["measured", "median", "limit", "its median", "ratio", "target", ""];
        var lines = rows.Select(row => new[]
        {
            row.What, Show(row.MeasuredMedian, row.Unit), row.Against, Show(row.LimitMedian, row.Unit), Number(row.Ratio, "0.00"),
            (row.IsAtLeast ? "≥ " : "≤ ") + Number(row.Target, "0.00"), row.IsMet ? "met" : "missed",
        }).Prepend(head).ToList();
        var widths = head.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        Console.WriteLine();
        for (var number = 0; number < lines.Count; number++)
        {
            Console.WriteLine("| " + string.Join(" | ", lines[number].Select((cell, column) => cell.PadRight(widths[column]))) + " |");
            if (number == 0)
                Console.WriteLine("|" + string.Join('|', widths.Select(width => new string('-', width + 2))) + "|");
        }

        foreach (var row in rows)
        {
            if (row.Refused > 0)
                Console.WriteLine($"  {row.Name}: {row.Refused} refused");

            foreach (var (name, values) in row.Others)
                Console.WriteLine($"  {row.Name}: {name}: {Number(BenchRow.Median(values), "#,0.00")}");
        }

        Console.WriteLine($"  {Machine}; reads by {ReadLoad.Generator}; bcrypt by {BcryptHash.Implementation}");
    }

    public static async Task WriteAsync(string path, BenchOptions options, IReadOnlyList<BenchRow> rows, CancellationToken cancellationToken)
    {
        var report = new
        {
            At = TimeProvider.System.GetUtcNow(),
            Machine,
            options.IsQuick,
            Reads = ReadLoad.Generator,
            Bcrypt = BcryptHash.Implementation,
            Rows = rows,
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, report, Json, cancellationToken);
    }

    private static string Machine => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {ProcessorName() ?? RuntimeInformation.ProcessArchitecture.ToString()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");

    private static string? ProcessorName() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ", 2)[^1]
        : null;

    private static string Show(double value, string unit) => $"{Number(value, value < 100 ? "0.00" : "#,0")} {unit}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
