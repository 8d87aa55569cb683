namespace Btec.Bench;

/// <summary>The measurement of a large database next to a small one, which <c>scripts/growth/run.sh</c> fills.</summary>
internal sealed class GrowthRun(int users, int people, ServerProcess few, ServerProcess many, CancellationToken cancellationToken)
{
    /// <summary>The number of users of the small database.</summary>
    public const int FewUsers = 1000;

    private const int Rounds = 3;
    private const int Seconds = 3;
    private const int Connections = 4;

    /// <summary>The number of logins in a round: about five seconds on two cores.</summary>
    private const int Logins = 48;

    private readonly List<GrowthRow> _rows = [];

    /// <param name="users">The number of users of the large database.</param>
    /// <param name="people">The number of users that its audit events are about.</param>
    /// <param name="part">The rows of which there are many: <c>accounts</c>, <c>audit</c> or <c>all</c>.</param>
    public static async Task<int> RunAsync(
        string part, int users, int people, string few, string many, string programs, CancellationToken cancellationToken)
    {
        await using var apiOfFew = await ServerProcess.StartApiAsync("The API of the small database", programs, few, cancellationToken);
        await using var apiOfMany = await ServerProcess.StartApiAsync("The API of the large database", programs, many, cancellationToken);
        var run = new GrowthRun(users, people, apiOfFew, apiOfMany, cancellationToken);
        await using var costs = await StatementCosts.OpenAsync(many, cancellationToken);
        if (part != "audit")
            await run.MeasureAccountsAsync(costs);

        if (part != "accounts")
            await run.MeasureAuditAsync();

        await new GrowthDeletions(few, many, apiOfMany, users, run.Add, cancellationToken).MeasureAsync(part);
        Console.WriteLine("\n| measured | small | large | ratio |\n|---|---|---|---|");
        run._rows.ForEach(Console.WriteLine);
        return 0;
    }

    private async Task MeasureAccountsAsync(StatementCosts costs)
    {
        await MeasureAsync("`users/me`", GrowthReads.OfCallers, costs);
        await MeasureAsync("list of one's sessions", GrowthReads.OfSessions, costs);
        await MeasureAsync("list of users, newest", _ => ReadLoad.Of([(Paths.Users, Tokens.Create(BenchDatabase.SuperuserId))]));
        foreach (var (what, question) in GrowthReads.Searches(users))
            await MeasureAsync(what, _ => ReadLoad.Of([(Paths.Users + question, Tokens.Create(BenchDatabase.SuperuserId))]));

        await MeasureAsync("list of users, all of these and others", ReadLoad.OfListing);
        var (refreshesOfFew, refreshesOfMany) = (new RefreshLoad(FewUsers), new RefreshLoad(users));
        await MeasureAsync(
            "refreshes",
            server => (server == few ? refreshesOfFew : refreshesOfMany).RunAsync(server, Connections, Seconds, cancellationToken),
            costs);
        await MeasureAsync(
            "logins",
            server => LoginLoad.RunAsync(server, server == few ? FewUsers : users, Connections, Logins, cancellationToken),
            costs);
    }

    private async Task MeasureAuditAsync()
    {
        foreach (var (what, requests) in GrowthReads.AuditQueries())
            await MeasureAsync(what, number => ReadLoad.Of(requests(number)), costs: null, people);
    }

    private async Task MeasureAsync(string what, Func<int, ReadLoad> create, StatementCosts? costs = null, int? numberOfMany = null)
    {
        using var loadOfFew = create(FewUsers);
        using var loadOfMany = create(numberOfMany ?? users);
        await MeasureAsync(
            what, server => (server == few ? loadOfFew : loadOfMany).RunAsync(server, Connections, Seconds, cancellationToken), costs);
    }

    /// <summary>Measures a load on both databases in turns, after a round that does not count.</summary>
    private async Task MeasureAsync(string what, Func<ServerProcess, Task<LoadResult>> run, StatementCosts? costs)
    {
        BenchRun.Say(what);
        var (ofFew, ofMany) = (new List<LoadResult>(), new List<LoadResult>());
        var (processorOfFew, processorOfMany) = (new List<double>(), new List<double>());
        var (costsOfFew, costsOfMany) = (new List<StatementCost>(), new List<StatementCost>());
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var (server, name, results, spent) in new[] { (few, "few", ofFew, costsOfFew), (many, "many", ofMany, costsOfMany) })
            {
                if (round == 0)
                {
                    await WarmUpAsync(() => run(server), name);
                    continue;
                }

                var before = costs is null ? new StatementCost(0, 0) : await costs.ReadAsync(name, cancellationToken);
                var processorTime = server.ProcessorTime;
                var result = await run(server);
                (server == few ? processorOfFew : processorOfMany).Add(
                    (server.ProcessorTime - processorTime).TotalMilliseconds / result.Count);
                results.Add(result);
                if (costs is not null)
                    spent.Add((await costs.ReadAsync(name, cancellationToken)).Since(before, result.Count));
            }
        }

        Add(new GrowthRow(
            $"{what}, 4 connections", "/s", [.. ofFew.Select(load => load.PerSecond)], [.. ofMany.Select(load => load.PerSecond)]));
        Add(new GrowthRow($"{what}, p99", "ms", [.. ofFew.Select(load => load.P99)], [.. ofMany.Select(load => load.P99)]));
        if (costs is null)
            return;

        Add(new GrowthRow($"{what}, processor time of the API", "ms", processorOfFew, processorOfMany));
        Add(new GrowthRow($"{what}, time in the database", "ms", Of(costsOfFew, time: true), Of(costsOfMany, time: true)));
        if (costsOfMany.Exists(cost => cost.WalBytes > 0))
            Add(new GrowthRow($"{what}, WAL", "B", Of(costsOfFew, time: false), Of(costsOfMany, time: false)));

        static double[] Of(List<StatementCost> costs, bool time) => [.. costs.Select(cost => time ? cost.Milliseconds : cost.WalBytes)];
    }

    /// <summary>Runs a load that does not count. On a busy machine, requests that are the first of their kind may time out.</summary>
    private static async Task WarmUpAsync(Func<Task<LoadResult>> run, string name)
    {
        try
        {
            var result = await run();
            Console.WriteLine($"    first, {name}: {result.PerSecond:#,0.0} /s, p99 {result.P99:#,0.0} ms");
        }
        catch (InvalidOperationException exception)
        {
            Console.WriteLine($"    first, {name}: {exception.Message}");
        }
    }

    private void Add(GrowthRow row)
    {
        BenchRun.Say(row.ToString());
        _rows.Add(row);
    }
}
