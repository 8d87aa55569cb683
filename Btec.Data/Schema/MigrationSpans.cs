using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Btec.Data.Schema;

/// <summary>Makes a span of each migration out of EF Core's own events. To apply them one at a time by name instead would, with
/// two workers at once, let the slower one step back behind the faster.</summary>
internal sealed class MigrationSpans : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private static readonly string Applying = RelationalEventId.MigrationApplying.Name!;

    private readonly List<IDisposable> _subscriptions = [];
    private readonly ActivityTraceId? _trace = Activity.Current?.TraceId;
    private Activity? _current;

    public MigrationSpans() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.EntityFrameworkCore")
            _subscriptions.Add(value.Subscribe(this, (name, _, _) => name == Applying));
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        // EF Core tells of every migration in the process; this is about those of one trace.
        if (value.Value is not MigrationEventData migration || Activity.Current?.TraceId != _trace)
            return;

        _current?.Dispose();
        _current = DatabaseMigrator.Activities.StartActivity($"migration {migration.Migration.GetType().Name}");
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    /// <summary>Marks the migration that was under way, if one was, as the one that failed.</summary>
    public void Fail(string reason) => _current?.SetStatus(ActivityStatusCode.Error, reason);

    public void Dispose()
    {
        _current?.Dispose();
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }
}
