using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Btec.Tests.Infrastructure;

/// <summary>A listener that records the statements sent to one PostgreSQL database, by EF Core or by hand.</summary>
public sealed class PostgresSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public PostgresSpans(TestDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        var name = database.Kind == DatabaseKind.Postgres ? new NpgsqlConnectionStringBuilder(database.ConnectionString).Database : null;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (name is not null && (string?)(span.GetTagItem("db.namespace") ?? span.GetTagItem("db.name")) == name)
                    _spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The statements sent during a request.</summary>
    public IReadOnlyList<string> OfRequests =>
        [.. _spans.Where(span => span.ParentId is not null).Select(StatementOf).Where(statement => statement.Length > 0)];

    public void Dispose() => _listener.Dispose();

    private static string StatementOf(Activity span) =>
        (string?)(span.GetTagItem("db.query.text") ?? span.GetTagItem("db.statement")) ?? "";
}
