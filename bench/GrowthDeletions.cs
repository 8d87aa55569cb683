using System.Diagnostics;
using Btec.Data;
using Btec.Data.Accounts;
using Btec.Data.Audit;
using Btec.Data.Retention;
using Npgsql;

namespace Btec.Bench;

/// <summary>The clean-up of sessions and the retention of audit events, in batches like those of the API, while others read.</summary>
internal sealed class GrowthDeletions(
    string few, string many, ServerProcess apiOfMany, int users, Action<GrowthRow> add,
    CancellationToken cancellationToken)
{
    private const int Connections = 4;

    /// <summary>The time for which batches of the large database are deleted, in seconds.</summary>
    private const int Seconds = 20;

    /// <summary>The pause between two batches, that of the API (<c>PeriodicCleanup</c>).</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task MeasureAsync(string part)
    {
        using var hostOfFew = CreateHost(few);
        using var hostOfMany = CreateHost(many);
        var now = TimeProvider.System.GetUtcNow();
        if (part != "audit")
        {
            // Those that end within three days count as expired. scripts/growth/sessions.sql lets none of those that send requests end so early.
            var ended = now.AddDays(3);
            Func<IServiceProvider, Task<int>> clean = async services =>
                await services.GetRequiredService<SessionPurge>().DeleteBatchAsync(ended, cancellationToken) ?? 0;
            await MeasureAsync("clean-up of sessions", hostOfFew, hostOfMany, clean);
            await MeasureAsync("the same while a dump runs", hostOfFew, hostOfMany, clean, withDump: true);
            await MeasureLeftoversAsync(hostOfFew, hostOfMany, now.AddDays(-1));
        }

        if (part != "accounts")
        {
            Func<IServiceProvider, Task<int>> prune = services =>
                services.GetRequiredService<AuditPurge>().PruneBatchAsync(chainId: 1, now.AddDays(-30), cancellationToken);
            await MeasureAsync("retention of audit events", hostOfFew, hostOfMany, prune);
            await MeasureAsync("the same while a dump runs", hostOfFew, hostOfMany, prune, withDump: true);
        }
    }

    private async Task MeasureAsync(
        string what, IHost hostOfFew, IHost hostOfMany, Func<IServiceProvider, Task<int>> delete, bool withDump = false)
    {
        BenchRun.Say(what);
        await using var dump = new NpgsqlConnection(many);
        if (withDump)
        {
            await dump.OpenAsync(cancellationToken);
            await using var begin = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM audit_chains", dump);
            await begin.ExecuteNonQueryAsync(cancellationToken);
        }

        using var loadOfFew = GrowthReads.OfCallers(GrowthRun.FewUsers);
        using var loadOfMany = GrowthReads.OfCallers(users);
        var atRest = (await loadOfMany.RunAsync(apiOfMany, Connections, Seconds / 2, cancellationToken)).P99;
        var ofFew = await RunAsync(hostOfFew, delete, Seconds);
        var reads = loadOfMany.RunAsync(apiOfMany, Connections, Seconds, cancellationToken);
        var ofMany = await RunAsync(hostOfMany, delete, Seconds);
        var meanwhile = (await reads).P99;
        var tenth = Math.Max(1, ofMany.Count / 10);
        // The small database has one batch to delete at most.
        if (ofFew.Count > 0)
            add(new GrowthRow($"{what}, time per row", "ms", [.. ofFew.Select(PerRow)], [.. ofMany.Select(PerRow)]));

        add(new GrowthRow($"{what}, first and last batches", "ms", Times(ofMany.Take(tenth)), Times(ofMany.TakeLast(tenth))));
        add(new GrowthRow($"{what}, p99 of `users/me` before and meanwhile", "ms", [atRest], [meanwhile]));
        var (rows, seconds) = (ofMany.Sum(batch => batch.Rows), ofMany.Sum(batch => (batch.Milliseconds / 1000) + Pause.TotalSeconds));
        BenchRun.Say($"{rows:N0} rows in {ofMany.Count} batches, {rows / seconds:N0} /s, longest {ofMany.Max(batch => batch.Milliseconds):N0} ms");

        static double[] Times(IEnumerable<(int Rows, double Milliseconds)> batches) => [.. batches.Select(batch => batch.Milliseconds)];

        static double PerRow((int Rows, double Milliseconds) batch) => batch.Milliseconds / batch.Rows;
    }

    /// <summary>Measures the search for the tokens of expired sessions that have many, of which there are none.</summary>
    private async Task MeasureLeftoversAsync(IHost hostOfFew, IHost hostOfMany, DateTimeOffset expiredBefore)
    {
        Func<IServiceProvider, Task<int>> look = async services =>
            await services.GetRequiredService<SessionPurge>().DeleteTokenBatchAsync(expiredBefore, cancellationToken) ?? 0;
        var (ofFew, ofMany) = (await TimeAsync(hostOfFew, look), await TimeAsync(hostOfMany, look));
        add(new GrowthRow("search for leftover refresh tokens", "ms", [ofFew], [ofMany]));
    }

    private async Task<List<(int Rows, double Milliseconds)>> RunAsync(IHost host, Func<IServiceProvider, Task<int>> delete, int seconds)
    {
        var batches = new List<(int Rows, double Milliseconds)>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            var rows = 0;
            var time = await TimeAsync(host, async services => rows = await delete(services));
            if (rows == 0)
                break;

            batches.Add((rows, time));
            await Task.Delay(Pause, cancellationToken);
        }

        return batches;
    }

    private static async Task<double> TimeAsync(IHost host, Func<IServiceProvider, Task<int>> run)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var started = Stopwatch.GetTimestamp();
        await run(scope.ServiceProvider);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static IHost CreateHost(string connectionString)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:btecdb"] = connectionString;
        builder.AddBtecDatabase(answersRequests: true);
        builder.Services.AddAccountData().AddAuditTrail().AddRetention();
        return builder.Build();
    }
}
