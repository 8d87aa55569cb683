using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Btec.Data.Passwords;

namespace Btec.Bench;

/// <summary>The results, as a table for people and as JSON for programs.</summary>
internal static class BenchReport
{
    private static readonly JsonSerializerOptions Json =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Print(IReadOnlyList<BenchRow> rows)
    {
        string[] head = ["measured", "median", "limit", "limit median", "ratio", "target", ""];
        var lines = rows.Select(row => new[]
        {
            row.What, Show(row.MeasuredMedian, row.Unit), row.Against, Show(row.LimitMedian, row.Unit), Number(row.Ratio, "0.00"),
            (row.IsAtLeast ? "≥ " : "≤ ") + Number(row.Target, "0.00"), row.IsMet ? "met" : "missed",
        }).Prepend(head).ToList();
        var widths = head.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        Console.WriteLine();
        for (var number = 0; number < lines.Count; number++)
        {
            var cells = lines[number].Select((cell, column) => cell.PadRight(widths[column]));
            Console.WriteLine("| " + string.Join(" | ", cells) + " |");
            if (number == 0)
                Console.WriteLine("|" + string.Join('|', widths.Select(width => new string('-', width + 2))) + "|");
        }

        foreach (var row in rows)
        {
            if (row.Refused > 0)
                Console.WriteLine($"  {row.Name}: {row.Refused} rejected");

            foreach (var (name, values) in row.Others)
                Console.WriteLine($"  {row.Name}: {name}: {Number(BenchRow.Median(values), "#,0.00")}");
        }

        Console.WriteLine($"  {Machine}; reads by {ReadLoad.Generator}; bcrypt by {BcryptHash.Implementation}");
    }

    /// <summary>Returns the result of one row, for the progress of a long run.</summary>
    public static string Summarize(BenchRow row) =>
        $"{row.Name}: {Show(row.MeasuredMedian, row.Unit)}, limit {Show(row.LimitMedian, row.Unit)}, ratio {Number(row.Ratio, "0.00")}";

    public static async Task WriteAsync(
        string path, BenchOptions options, IReadOnlyList<BenchRow> rows, CancellationToken cancellationToken)
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
        $"{Environment.ProcessorCount} cores, {ProcessorName() ?? RuntimeInformation.ProcessArchitecture.ToString()}, "
        + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");

    private static string? ProcessorName() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ", 2)[^1]
        : null;

    private static string Show(double value, string unit) => $"{Number(value, value < 100 ? "0.00" : "#,0")} {unit}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
