using System.Collections.Concurrent;
using System.Diagnostics;
using Btec.Data.Schema;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Telemetry;

public abstract class MigrationSpanTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : MigrationSpanTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MigrationSpanTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Each_migration_is_a_child_span_of_the_whole_run()
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        var spans = await RecordAsync(database.MigrateAsync);

        var whole = Assert.Single(spans, span => span.OperationName == "migrate database");
        Assert.Contains(spans, span => span.OperationName == "migration CreateUsers" && span.ParentSpanId == whole.SpanId);
    }

    [Fact]
    public async Task Without_pending_migrations_there_is_no_migration_span()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);

        var spans = await RecordAsync(database.MigrateAsync);

        Assert.Equal("migrate database", Assert.Single(spans).OperationName);
    }

    [Fact]
    public async Task A_failed_migration_marks_its_spans_as_errors()
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await database.ExecuteAsync("CREATE TABLE users (id integer)");

        var spans = await RecordAsync(() => Assert.ThrowsAnyAsync<System.Data.Common.DbException>(database.MigrateAsync));

        Assert.Equal(ActivityStatusCode.Error, Assert.Single(spans, span => span.OperationName == "migrate database").Status);
        Assert.Contains(spans, span => span.OperationName == "migration CreateUsers" && span.Status == ActivityStatusCode.Error);
    }

    [Fact]
    public async Task The_worker_exports_each_span_once_before_it_ends()
    {
        await using var receiver = await TelemetryReceiver.StartAsync();
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var worker = BtecProcess.StartWorker(database.ToSettings(receiver.ToSettings()));

        (await worker.WaitForEndAsync()).AssertExitCode(0);

        Assert.Equal(2, receiver.Traces.Split("migration CreateUsers").Length);
        Assert.Contains("migrate database", receiver.Traces, StringComparison.Ordinal);
        Assert.Contains("schema is current", receiver.Logs, StringComparison.Ordinal);
    }

    /// <summary>Records the spans under a root span of this test, because other tests migrate at the same time.</summary>
    private static async Task<IReadOnlyCollection<Activity>> RecordAsync(Func<Task> act)
    {
        using var source = new ActivitySource($"Test {nameof(MigrationSpanTests)}");
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate == source || candidate.Name == DatabaseMigrator.ActivitySourceName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        string traceId;
        using (var root = source.StartActivity("test")!)
        {
            traceId = root.TraceId.ToString();
            await act();
        }

        return [.. stopped.Where(span => span.TraceId.ToString() == traceId && span.Source != source)];
    }
}
