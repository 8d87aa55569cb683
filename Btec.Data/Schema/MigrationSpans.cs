using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Btec.Data.Schema;

/// <summary>The trace spans of migrations, made from EF Core's diagnostic events. Applying the migrations one by one by name
/// instead would let the slower of two workers revert what the faster one has applied.</summary>
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
        // The events cover every migration in the process; these spans belong to one trace.
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

    /// <summary>Marks the current migration, if any, as failed.</summary>
    public void Fail(string reason) => _current?.SetStatus(ActivityStatusCode.Error, reason);

    public void Dispose()
    {
        _current?.Dispose();
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
    }
}
