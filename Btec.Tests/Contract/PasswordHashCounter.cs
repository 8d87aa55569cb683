using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Btec.Tests.Contract;

/// <summary>The hash operations of one API; others may run in the same process.</summary>
internal sealed class PasswordHashCounter : IDisposable
{
    private readonly ConcurrentQueue<string> _operations = new();
    private readonly MeterListener _listener = new();

    public PasswordHashCounter(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "btec.password_hash.duration" && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "operation")
                    _operations.Enqueue((string)tag.Value!);
            }
        });
        _listener.Start();
    }

    public List<string> Operations => [.. _operations];

    public void Clear() => _operations.Clear();

    public void Dispose() => _listener.Dispose();
}
