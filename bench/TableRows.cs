namespace Btec.Bench;

/// <summary>The rows about large tables.</summary>
internal static class TableRows
{
    private const int SomeUsers = 1000;

    /// <summary>The number of access tokens in both loads of a comparison, so that only the size of the table differs.</summary>
    private const int ManyTokens = 1000;

    public static async Task<BenchRow> MeasureManyUsersAsync(BenchRun run)
    {
        await using var few = await run.CreateDatabaseAsync(BenchRun.FewUsers);
        await using var many = await run.CreateDatabaseAsync(run.Options.ManyUsers);
        await using var queryOfFew = await run.StartLimitAsync(LimitServer.Query, few);
        await using var queryOfMany = await run.StartLimitAsync(LimitServer.Query, many);
        await using var apiOfFew = await run.StartApiAsync(few);
        await using var apiOfMany = await run.StartApiAsync(many);
        using var loadOfFew = ReadLoad.OfCallers(BenchRun.FewUsers, ManyTokens);
        using var loadOfMany = ReadLoad.OfCallers(run.Options.ManyUsers, ManyTokens);
        var measured = await run.InTurnsAsync(
            [queryOfFew, queryOfMany, apiOfFew, apiOfMany],
            async server =>
            {
                var load = server == queryOfMany || server == apiOfMany ? loadOfMany : loadOfFew;
                return (await load.RunAsync(server, 32, run.Options.Seconds, run.Cancellation)).PerSecond;
            });
        return new BenchRow(
            "many-users",
            $"users/me with {run.Options.ManyUsers:N0} users, relative to {BenchRun.FewUsers}",
            "×",
            "the prepared query",
            1.0,
            IsAtLeast: true,
            [.. measured[3].Zip(measured[2], (ofMany, ofFew) => ofMany / ofFew)],
            [.. measured[1].Zip(measured[0], (ofMany, ofFew) => ofMany / ofFew)]);
    }

    public static async Task<BenchRow> MeasureListingAsync(BenchRun run)
    {
        await using var some = await run.CreateDatabaseAsync(SomeUsers);
        await using var many = await run.CreateDatabaseAsync(run.Options.ManyUsers);
        await using var apiOfSome = await run.StartApiAsync(some);
        await using var apiOfMany = await run.StartApiAsync(many);
        using var loadOfSome = ReadLoad.OfListing(SomeUsers);
        using var loadOfMany = ReadLoad.OfListing(run.Options.ManyUsers);
        var measured = await run.InTurnsAsync(
            run.Options.ReadWarmups,
            async () => (await loadOfSome.RunAsync(apiOfSome, 4, run.Options.Seconds, run.Cancellation)).P99,
            async () => (await loadOfMany.RunAsync(apiOfMany, 4, run.Options.Seconds, run.Cancellation)).P99);
        return new BenchRow(
            "listing",
            $"p99 of the listing with {run.Options.ManyUsers:N0} users, 4 connections",
            "ms",
            $"the same with {SomeUsers:N0}",
            5.0,
            IsAtLeast: false,
            measured[1],
            measured[0]);
    }
}
