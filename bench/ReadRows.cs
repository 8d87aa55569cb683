namespace Btec.Bench;

/// <summary>The rows about <c>GET /api/users/me</c>.</summary>
internal static class ReadRows
{
    public static async Task<BenchRow> MeasureReadsAsync(BenchRun run)
    {
        await using var database = await run.CreateDatabaseAsync(BenchRun.FewUsers);
        await using var bare = await run.StartLimitAsync(LimitServer.Bare, database);
        await using var jwt = await run.StartLimitAsync(LimitServer.Jwt, database);
        await using var query = await run.StartLimitAsync(LimitServer.Query, database);
        await using var api = await run.StartApiAsync(database);
        using var load = ReadLoad.OfCallers(BenchRun.FewUsers, tokens: BenchRun.FewUsers);
        var measured = await run.InTurnsAsync(
            [bare, jwt, query, api],
            async server => (await load.RunAsync(server, 32, run.Options.Seconds, run.Cancellation)).PerSecond);
        return new BenchRow(
            "reads",
            "GET /api/users/me, 32 connections",
            "/s",
            "Kestrel + JwtBearer + one prepared query",
            1.0,
            IsAtLeast: true,
            measured[3],
            measured[2])
        {
            Others = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal)
            {
                ["Kestrel, per second"] = measured[0],
                ["Kestrel + JwtBearer, per second"] = measured[1],
            },
        };
    }

    public static async Task<BenchRow> MeasureProcessorTimeAsync(BenchRun run)
    {
        await using var database = await run.CreateDatabaseAsync(BenchRun.FewUsers);
        await using var strict = await run.StartLimitAsync(LimitServer.Strict, database);
        await using var api = await run.StartApiAsync(database);
        using var load = ReadLoad.OfCallers(BenchRun.FewUsers, tokens: BenchRun.FewUsers);
        var (ofApi, ofLimit) = (new List<double>(), new List<double>());
        var measured = await run.InTurnsAsync(
            [strict, api],
            async server =>
            {
                var before = server.ProcessorTime;
                var result = await load.RunAsync(server, 32, run.Options.Seconds, run.Cancellation);
                (server == api ? ofApi : ofLimit).Add(result.PerSecond);
                return (server.ProcessorTime - before).TotalMicroseconds / result.Count;
            });
        return new BenchRow(
            "processor-time",
            "processor time of one users/me, 32 connections",
            "µs",
            "Kestrel + JsonWebTokenHandler + one prepared query of one table",
            1.25,
            IsAtLeast: false,
            measured[1],
            measured[0])
        {
            Others = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal)
            {
                ["the API, per second"] = ofApi,
                ["the limit, per second"] = ofLimit,
            },
        };
    }

    public static async Task<BenchRow> MeasureStormAsync(BenchRun run)
    {
        await using var database = await run.CreateDatabaseAsync(BenchRun.FewUsers);
        await using var api = await run.StartApiAsync(database);
        using var load = ReadLoad.OfCallers(BenchRun.FewUsers, tokens: BenchRun.FewUsers);
        await load.RunAsync(api, 4, run.Options.Seconds, run.Cancellation);
        var (atRest, inStorm, logins) = (new List<double>(), new List<double>(), new List<double>());
        var refused = 0;
        for (var round = 1; round <= run.Options.Rounds; round++)
        {
            BenchRun.Say($"round {round} of {run.Options.Rounds}");
            atRest.Add((await load.RunAsync(api, 4, run.Options.Seconds, run.Cancellation)).P99);
            using var stop = new CancellationTokenSource();
            var storm = HashLoad.LogInUntilAsync(api, 32, stop.Token, run.Cancellation);
            await Task.Delay(TimeSpan.FromSeconds(1), run.Cancellation);
            inStorm.Add((await load.RunAsync(api, 4, run.Options.Seconds, run.Cancellation)).P99);
            await stop.CancelAsync();
            var (perSecond, refusedNow) = await storm;
            logins.Add(perSecond);
            refused += refusedNow;
        }

        return new BenchRow(
            "storm",
            "p99 of users/me, 4 connections, while 32 log in",
            "ms",
            "the same at rest",
            5.0,
            IsAtLeast: false,
            inStorm,
            atRest)
        {
            Refused = refused,
            Others = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal)
            {
                ["logins meanwhile, per second"] = logins,
            },
        };
    }
}
