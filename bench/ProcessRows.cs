namespace Btec.Bench;

/// <summary>The rows about the process: its start and its memory.</summary>
internal static class ProcessRows
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>The number of access tokens that read in the mixed load.</summary>
    private const int MixedTokens = 1000;

    /// <summary>The time for which a server idles before its memory is read, so that garbage collection has finished.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    public static async Task<BenchRow> MeasureStartAsync(BenchRun run)
    {
        await using var database = await run.CreateDatabaseAsync(BenchRun.FewUsers);
        var (own, bare) = (new List<double>(), new List<double>());
        for (var start = 0; start <= run.Options.Starts; start++)
        {
            await using var limit = await run.StartLimitAsync(LimitServer.Npgsql, database);
            await using var api = await run.StartApiAsync(database);
            // The first start reads the programs from disk.
            if (start > 0)
            {
                own.Add(api.StartTime.TotalSeconds);
                bare.Add(limit.StartTime.TotalSeconds);
            }
        }

        return new BenchRow(
            "start", "start to the first 200 on /api/health", "s", "Kestrel with Npgsql", 2.0, IsAtLeast: false, own, bare);
    }

    public static async Task<BenchRow> MeasureMemoryAsync(BenchRun run, bool afterReads)
    {
        await using var database = await run.CreateDatabaseAsync(BenchRun.FewUsers);
        using var load = ReadLoad.OfCallers(BenchRun.FewUsers, tokens: BenchRun.FewUsers);
        var (own, bare) = (new List<double>(), new List<double>());
        for (var round = 1; round <= run.Options.MemoryRounds; round++)
        {
            await using var limit = await run.StartLimitAsync(LimitServer.Npgsql, database);
            await using var api = await run.StartApiAsync(database);
            foreach (var server in new[] { limit, api }.Where(_ => afterReads))
                await load.RunAsync(server, 32, run.Options.Seconds, run.Cancellation);

            await Task.Delay(Rest, run.Cancellation);
            own.Add(api.ResidentBytes / Mebibyte);
            bare.Add(limit.ResidentBytes / Mebibyte);
        }

        var (name, what) = afterReads
            ? ("loaded-memory", "resident memory after reads")
            : ("idle-memory", "resident memory, idle");
        return new BenchRow(name, what, "MiB", "Kestrel with Npgsql", 1.5, IsAtLeast: false, own, bare);
    }

    public static async Task<BenchRow> MeasureMixedMemoryAsync(BenchRun run)
    {
        await using var database = await run.CreateDatabaseAsync(run.Options.ManyUsers);
        using var load = ReadLoad.OfCallers(run.Options.ManyUsers, MixedTokens);
        var (own, strict) = (new List<double>(), new List<double>());
        for (var round = 1; round <= run.Options.MemoryRounds; round++)
        {
            BenchRun.Say($"round {round} of {run.Options.MemoryRounds}");
            await using (var limit = await run.StartLimitAsync(LimitServer.Strict, database))
                strict.Add(await MeasureAfterMixAsync(run, load, limit));

            await using (var api = await run.StartApiAsync(database))
                own.Add(await MeasureAfterMixAsync(run, load, api));
        }

        return new BenchRow(
            "mixed-memory",
            $"resident memory after reads, logins, registrations and a login storm, {run.Options.ManyUsers:N0} users",
            "MiB",
            "Kestrel + JsonWebTokenHandler + prepared queries",
            1.5,
            IsAtLeast: false,
            own,
            strict);
    }

    private static async Task<double> MeasureAfterMixAsync(BenchRun run, ReadLoad load, ServerProcess server)
    {
        await load.RunAsync(server, 32, run.Options.Seconds, run.Cancellation);
        await HashLoad.LogInAsync(server, 8, run.Options.Hashes, run.Cancellation);
        await HashLoad.RegisterAsync(server, 8, run.Options.Hashes, run.Cancellation);
        using var stop = new CancellationTokenSource();
        var storm = HashLoad.LogInUntilAsync(server, 32, stop.Token, run.Cancellation);
        await load.RunAsync(server, 4, run.Options.Seconds, run.Cancellation);
        await stop.CancelAsync();
        await storm;
        await Task.Delay(Rest, run.Cancellation);
        return server.ResidentBytes / Mebibyte;
    }
}
