namespace Btec.Bench;

/// <summary>The rows to measure and the length of their rounds.</summary>
internal sealed record BenchOptions
{
    public static string Usage => $"""
        dotnet run -c Release --project bench -- [--quick] [--rows ROW,ROW…] [--output FILE]

          --quick   short rounds and 100,000 users instead of 1,000,000: an estimate, not a result
          --rows    measure only these rows: {string.Join(", ", BenchRun.Rows.Keys)}
          --output  the JSON file, by default bench/results.json

        Set BTEC_BENCH_POSTGRES to the connection string of a role that may create databases. Otherwise the benchmark starts the
        installed PostgreSQL.
        """;

    /// <summary>The folder of the published programs, with the subfolders api, worker and bench.</summary>
    public string Programs { get; init; } = "";

    public string Output { get; init; } = Path.Combine(Publication.Root, "bench", "results.json");

    public IReadOnlyList<string> Rows { get; init; } = [.. BenchRun.Rows.Keys];

    public bool IsQuick { get; init; }

    /// <summary>The number of rounds per comparison, of which the median counts.</summary>
    public int Rounds => IsQuick ? 3 : 5;

    /// <summary>The length of a round of reads, in seconds.</summary>
    public int Seconds => IsQuick ? 3 : 8;

    /// <summary>The number of hashes per round: about ten seconds, or three. At the end of a round, each core idles for half a
    /// hash on average, which distorts short rounds.</summary>
    public int Hashes => Environment.ProcessorCount * (IsQuick ? 16 : 48);

    /// <summary>The number of warm-up rounds of reads. The JIT compiler needs a few seconds of load to profile and
    /// recompile.</summary>
    public int ReadWarmups => IsQuick ? 1 : 2;

    /// <summary>The number of warm-up rounds of hashes. A method is recompiled after 30 calls, which takes a while when a request
    /// takes a fifth of a second.</summary>
    public int HashWarmups => IsQuick ? 2 : 3;

    /// <summary>The number of measured starts of each server.</summary>
    public int Starts => IsQuick ? 3 : 7;

    /// <summary>The number of starts after which memory is measured.</summary>
    public int MemoryRounds => IsQuick ? 1 : 3;

    /// <summary>The number of imports of <see cref="ManyUsers"/>.</summary>
    public int ImportRounds => IsQuick ? 1 : 3;

    public int ManyUsers => IsQuick ? 100_000 : 1_000_000;

    public static BenchOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
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
