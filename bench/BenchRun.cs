namespace Btec.Bench;

/// <summary>A run of the benchmark: its rows one by one, and what they share.</summary>
internal sealed class BenchRun(BenchOptions options, BenchPostgres postgres, CancellationToken cancellationToken)
{
    public const int FewUsers = 100;

    /// <summary>All rows by name, in the order in which they run.</summary>
    public static IReadOnlyDictionary<string, Func<BenchRun, Task<BenchRow>>> Rows { get; } =
        new Dictionary<string, Func<BenchRun, Task<BenchRow>>>(StringComparer.Ordinal)
        {
            ["reads"] = ReadRows.MeasureReadsAsync,
            ["processor-time"] = ReadRows.MeasureProcessorTimeAsync,
            ["storm"] = ReadRows.MeasureStormAsync,
            ["logins"] = HashRows.MeasureLoginsAsync,
            ["registrations"] = HashRows.MeasureRegistrationsAsync,
            ["start"] = ProcessRows.MeasureStartAsync,
            ["idle-memory"] = run => ProcessRows.MeasureMemoryAsync(run, afterReads: false),
            ["loaded-memory"] = run => ProcessRows.MeasureMemoryAsync(run, afterReads: true),
            ["mixed-memory"] = ProcessRows.MeasureMixedMemoryAsync,
            ["many-users"] = TableRows.MeasureManyUsersAsync,
            ["listing"] = TableRows.MeasureListingAsync,
            ["import"] = ImportRows.MeasureImportAsync,
        };

    public BenchOptions Options => options;

    public CancellationToken Cancellation => cancellationToken;

    public static async Task<int> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        Say("starting PostgreSQL");
        await using var postgres = await BenchPostgres.StartAsync();
        var run = new BenchRun(options, postgres, cancellationToken);
        var rows = new List<BenchRow>();
        foreach (var name in options.Rows)
        {
            Say($"row {rows.Count + 1} of {options.Rows.Count}: {name}");
            try
            {
                var row = await Rows[name](run);
                Say(BenchReport.Summarize(row));
                rows.Add(row);
            }
            catch (InvalidOperationException exception)
            {
                // A wrong response fails its own row only.
                Console.WriteLine($"  {name} failed: {exception.Message}");
            }
        }

        BenchReport.Print(rows);
        await BenchReport.WriteAsync(options.Output, options, rows, cancellationToken);
        return rows.Count == options.Rows.Count && rows.TrueForAll(row => row.IsMet) ? 0 : 1;
    }

    /// <summary>Prints the progress.</summary>
    public static void Say(string text) => Console.WriteLine($"  {text}");

    /// <summary>Runs the warm-up rounds and then the measured rounds. In each, every server has its turn.</summary>
    public Task<IReadOnlyList<double>[]> InTurnsAsync(
        IReadOnlyList<ServerProcess> servers, Func<ServerProcess, Task<double>> measure) =>
        InTurnsAsync(options.ReadWarmups, [.. servers.Select(server => (Func<Task<double>>)(() => measure(server)))]);

    public async Task<IReadOnlyList<double>[]> InTurnsAsync(int warmups, params IReadOnlyList<Func<Task<double>>> measures)
    {
        var results = measures.Select(_ => new List<double>()).ToArray();
        for (var round = 1 - warmups; round <= options.Rounds; round++)
        {
            Say(round <= 0 ? "warming up" : $"round {round} of {options.Rounds}");
            for (var index = 0; index < measures.Count; index++)
            {
                var result = await measures[index]();
                if (round > 0)
                    results[index].Add(result);
            }
        }

        return results;
    }

    /// <summary>Creates a database without users.</summary>
    public Task<BenchDatabase> CreateEmptyDatabaseAsync() => BenchDatabase.CreateAsync(postgres.Admin, options.Programs, users: 0, cancellationToken);

    public Task<BenchDatabase> CreateDatabaseAsync(int users)
    {
        if (users > FewUsers)
            Say($"creating {users:N0} users");

        return BenchDatabase.CreateAsync(postgres.Admin, options.Programs, users, cancellationToken);
    }

    public Task<ServerProcess> StartApiAsync(BenchDatabase database) =>
        ServerProcess.StartApiAsync("The API", options.Programs, database.ConnectionString, cancellationToken);

    public Task<ServerProcess> StartLimitAsync(string kind, BenchDatabase database) =>
        ServerProcess.StartLimitAsync($"The limit {kind}", kind, options.Programs, database.ConnectionString, cancellationToken);
}
