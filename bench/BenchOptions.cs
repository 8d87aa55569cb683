namespace Btec.Bench;

/// <summary>What to measure, and for how long.</summary>
internal sealed record BenchOptions
{
    public static string Usage => $"""
        bench [--quick] [--rows ROW,ROW…] [--output FILE]

          --quick   short rounds and 100,000 users instead of 1,000,000: a direction, no result
          --rows    only these: {string.Join(", ", BenchRun.Rows.Keys)}
          --output  where the JSON goes, else bench/results.json

        BTEC_BENCH_POSTGRES names a PostgreSQL (a connection string of a role that may create databases); else the installed server
        programs are started.
        """;

    /// <summary>The folder with the published programs: api, worker and bench.</summary>
    public required string Programs { get; init; }

    public string Output { get; init; } = Path.Combine("bench", "results.json");

    public IReadOnlyList<string> Rows { get; init; } = [.. BenchRun.Rows.Keys];

    public bool IsQuick { get; init; }

    /// <summary>Rounds of everything that is compared; the median counts.</summary>
    public int Rounds => IsQuick ? 3 : 5;

    /// <summary>Seconds of one round.</summary>
    public int Seconds => IsQuick ? 3 : 8;

    /// <summary>Hashes of one round: some ten seconds, or three. At the end of a round a core waits for the others, for half a
    /// hash in the mean.</summary>
    public int Hashes => Environment.ProcessorCount * (IsQuick ? 16 : 48);

    /// <summary>Rounds of reads that do not count: the compiler takes some seconds of load to profile and to compile them
    /// anew.</summary>
    public int ReadWarmups => IsQuick ? 1 : 2;

    /// <summary>Rounds that do not count. Where one request is a fifth of a second of a core, the compiler is busy with what
    /// comes after the first thirty for a while.</summary>
    public int HashWarmups => IsQuick ? 2 : 3;

    /// <summary>Starts of each server.</summary>
    public int Starts => IsQuick ? 3 : 7;

    public int ManyUsers => IsQuick ? 100_000 : 1_000_000;

    public static BenchOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions { Programs = Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/', '\\'))! };
        for (var index = 0; index < arguments.Count; index++)
        {
            var value = index + 1 < arguments.Count ? arguments[index + 1] : null;
            switch (arguments[index])
            {
                case "--quick":
                    options = options with { IsQuick = true };
                    break;
                case "--rows" when value is not null && value.Split(',').All(BenchRun.Rows.ContainsKey):
                    options = options with { Rows = value.Split(',') };
                    index++;
                    break;
                case "--output" when value is not null:
                    options = options with { Output = value };
                    index++;
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
