using Btec.Data.Passwords;

namespace Btec.Bench;

/// <summary>Runs the rows one by one. In each, the API and its limits are measured in turns.</summary>
internal sealed class BenchRun(BenchOptions options, BenchPostgres postgres, CancellationToken cancellationToken)
{
    private const int FewUsers = 100;
    private const int SomeUsers = 1000;

    /// <summary>The number of access tokens in both loads of a comparison, so that only the size of the table differs.</summary>
    private const int ManyTokens = 1000;

    private const double Mebibyte = 1024 * 1024;

    /// <summary>The time for which a server idles before its memory is read, so that garbage collection has finished.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    public static IReadOnlyDictionary<string, Func<BenchRun, Task<BenchRow>>> Rows { get; } =
        new Dictionary<string, Func<BenchRun, Task<BenchRow>>>(StringComparer.Ordinal)
        {
            ["reads"] = run => run.MeasureReadsAsync(),
            ["storm"] = run => run.MeasureStormAsync(),
            ["logins"] = run => run.MeasureLoginsAsync(),
            ["registrations"] = run => run.MeasureRegistrationsAsync(),
            ["start"] = run => run.MeasureStartAsync(),
            ["idle-memory"] = run => run.MeasureMemoryAsync(afterLoad: false),
            ["loaded-memory"] = run => run.MeasureMemoryAsync(afterLoad: true),
            ["many-users"] = run => run.MeasureManyUsersAsync(),
            ["listing"] = run => run.MeasureListingAsync(),
        };

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
                rows.Add(await Rows[name](run));
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

    private static void Say(string text) => Console.WriteLine($"  {text}");

    private async Task<BenchRow> MeasureReadsAsync()
    {
        await using var database = await CreateDatabaseAsync(FewUsers);
        await using var bare = await StartLimitAsync(LimitServer.Bare, database);
        await using var jwt = await StartLimitAsync(LimitServer.Jwt, database);
        await using var query = await StartLimitAsync(LimitServer.Query, database);
        await using var api = await StartApiAsync(database);
        using var load = ReadLoad.OfCallers(FewUsers, tokens: FewUsers);
        var measured = await InTurnsAsync([bare, jwt, query, api], server => ReadAsync(load, server));
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

    private async Task<BenchRow> MeasureStormAsync()
    {
        await using var database = await CreateDatabaseAsync(FewUsers);
        await using var api = await StartApiAsync(database);
        using var load = ReadLoad.OfCallers(FewUsers, tokens: FewUsers);
        await load.RunAsync(api, 4, options.Seconds, cancellationToken);
        var (atRest, inStorm, logins) = (new List<double>(), new List<double>(), new List<double>());
        var refused = 0;
        for (var round = 1; round <= options.Rounds; round++)
        {
            Say($"round {round} of {options.Rounds}");
            atRest.Add((await load.RunAsync(api, 4, options.Seconds, cancellationToken)).P99);
            using var stop = new CancellationTokenSource();
            var storm = HashLoad.LogInUntilAsync(api, 32, stop.Token, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            inStorm.Add((await load.RunAsync(api, 4, options.Seconds, cancellationToken)).P99);
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

    private async Task<BenchRow> MeasureLoginsAsync()
    {
        await using var database = await CreateDatabaseAsync(FewUsers);
        await using var api = await StartApiAsync(database);
        var measured = await InTurnsAsync(
            options.HashWarmups,
            () => HashLoad.LogInAsync(api, 8, options.Hashes, cancellationToken),
            () => HashLoad.VerifyRawAsync(options.Hashes),
            () => HashLoad.VerifyManagedAsync(options.Hashes));
        return new BenchRow(
            "logins",
            "logins, 8 connections",
            "/s",
            $"{BcryptHash.Implementation} on all cores",
            0.97,
            IsAtLeast: true,
            measured[0],
            measured[1])
        {
            Others = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal)
            {
                ["BCrypt.Net-Next on all cores, per second"] = measured[2],
            },
        };
    }

    private async Task<BenchRow> MeasureRegistrationsAsync()
    {
        await using var database = await CreateDatabaseAsync(FewUsers);
        await using var api = await StartApiAsync(database);
        var measured = await InTurnsAsync(
            options.HashWarmups,
            () => HashLoad.RegisterAsync(api, 8, options.Hashes, cancellationToken),
            () => HashLoad.CreateRawAsync(options.Hashes));
        return new BenchRow(
            "registrations",
            "registrations, 8 connections",
            "/s",
            "hashes on all cores",
            0.95,
            IsAtLeast: true,
            measured[0],
            measured[1]);
    }

    private async Task<BenchRow> MeasureStartAsync()
    {
        await using var database = await CreateDatabaseAsync(FewUsers);
        var (own, bare) = (new List<double>(), new List<double>());
        for (var start = 0; start <= options.Starts; start++)
        {
            await using var limit = await StartLimitAsync(LimitServer.Npgsql, database);
            await using var api = await StartApiAsync(database);
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

    private async Task<BenchRow> MeasureMemoryAsync(bool afterLoad)
    {
        await using var database = await CreateDatabaseAsync(FewUsers);
        using var load = ReadLoad.OfCallers(FewUsers, tokens: FewUsers);
        var (own, bare) = (new List<double>(), new List<double>());
        for (var round = 1; round <= (options.IsQuick ? 1 : 3); round++)
        {
            await using var limit = await StartLimitAsync(LimitServer.Npgsql, database);
            await using var api = await StartApiAsync(database);
            foreach (var server in new[] { limit, api }.Where(_ => afterLoad))
                await load.RunAsync(server, 32, options.Seconds, cancellationToken);

            await Task.Delay(Rest, cancellationToken);
            own.Add(api.ResidentBytes / Mebibyte);
            bare.Add(limit.ResidentBytes / Mebibyte);
        }

        var (name, what) = afterLoad
            ? ("loaded-memory", "resident memory after reads")
            : ("idle-memory", "resident memory, idle");
        return new BenchRow(name, what, "MiB", "Kestrel with Npgsql", 1.5, IsAtLeast: false, own, bare);
    }

    private async Task<BenchRow> MeasureManyUsersAsync()
    {
        Say($"creating {options.ManyUsers:N0} users");
        await using var few = await CreateDatabaseAsync(FewUsers);
        await using var many = await CreateDatabaseAsync(options.ManyUsers);
        await using var queryOfFew = await StartLimitAsync(LimitServer.Query, few);
        await using var queryOfMany = await StartLimitAsync(LimitServer.Query, many);
        await using var apiOfFew = await StartApiAsync(few);
        await using var apiOfMany = await StartApiAsync(many);
        using var loadOfFew = ReadLoad.OfCallers(FewUsers, ManyTokens);
        using var loadOfMany = ReadLoad.OfCallers(options.ManyUsers, ManyTokens);
        var measured = await InTurnsAsync(
            [queryOfFew, queryOfMany, apiOfFew, apiOfMany],
            server => ReadAsync(server == queryOfMany || server == apiOfMany ? loadOfMany : loadOfFew, server));
        return new BenchRow(
            "many-users",
            $"users/me with {options.ManyUsers:N0} users, relative to {FewUsers}",
            "×",
            "the prepared query",
            1.0,
            IsAtLeast: true,
            [.. measured[3].Zip(measured[2], (ofMany, ofFew) => ofMany / ofFew)],
            [.. measured[1].Zip(measured[0], (ofMany, ofFew) => ofMany / ofFew)]);
    }

    private async Task<BenchRow> MeasureListingAsync()
    {
        Say($"creating {options.ManyUsers:N0} users");
        await using var some = await CreateDatabaseAsync(SomeUsers);
        await using var many = await CreateDatabaseAsync(options.ManyUsers);
        await using var apiOfSome = await StartApiAsync(some);
        await using var apiOfMany = await StartApiAsync(many);
        using var loadOfSome = ReadLoad.OfListing(SomeUsers);
        using var loadOfMany = ReadLoad.OfListing(options.ManyUsers);
        var measured = await InTurnsAsync(
            options.ReadWarmups,
            async () => (await loadOfSome.RunAsync(apiOfSome, 4, options.Seconds, cancellationToken)).P99,
            async () => (await loadOfMany.RunAsync(apiOfMany, 4, options.Seconds, cancellationToken)).P99);
        return new BenchRow(
            "listing", $"p99 of the listing with {options.ManyUsers:N0} users, 4 connections", "ms", $"the same with {SomeUsers:N0}", 5.0,
            IsAtLeast: false, measured[1], measured[0]);
    }

    private async Task<double> ReadAsync(ReadLoad load, ServerProcess server) =>
        (await load.RunAsync(server, 32, options.Seconds, cancellationToken)).PerSecond;

    /// <summary>Runs the warm-up rounds and then the measured rounds. In each, every server has its turn.</summary>
    private Task<IReadOnlyList<double>[]> InTurnsAsync(
        IReadOnlyList<ServerProcess> servers, Func<ServerProcess, Task<double>> measure) =>
        InTurnsAsync(options.ReadWarmups, [.. servers.Select(server => (Func<Task<double>>)(() => measure(server)))]);

    private async Task<IReadOnlyList<double>[]> InTurnsAsync(int warmups, params IReadOnlyList<Func<Task<double>>> measures)
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

    private Task<BenchDatabase> CreateDatabaseAsync(int users) =>
        BenchDatabase.CreateAsync(postgres.Admin, options.Programs, users, cancellationToken);

    private Task<ServerProcess> StartApiAsync(BenchDatabase database) =>
        ServerProcess.StartApiAsync("The API", options.Programs, database.ConnectionString, cancellationToken);

    private Task<ServerProcess> StartLimitAsync(string kind, BenchDatabase database) =>
        ServerProcess.StartLimitAsync($"The limit {kind}", kind, options.Programs, database.ConnectionString, cancellationToken);
}
