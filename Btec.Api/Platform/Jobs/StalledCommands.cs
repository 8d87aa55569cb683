using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Jobs;

/// <summary>Detects that PostgreSQL has stopped answering, from Npgsql's own count of executing commands.</summary>
internal sealed class StalledCommands : IDisposable
{
    /// <summary>The time without a completed command after which the executing ones count as stalled. It is far longer than any
    /// statement of a request, and shorter than the command timeout of 2 s, after which Npgsql begins to block threads.</summary>
    private const long StalledAfterMilliseconds = 1_000;

    private readonly MeterListener _listener = new();
    private int _executing;
    private long _lastProgress;

    public StalledCommands()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: "db.client.operation.npgsql.executing" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, change, _, _) => Count(change));
        _listener.Start();
    }

    /// <summary>Gets a value indicating whether commands are executing and none has completed for a second.</summary>
    public bool Any =>
        Volatile.Read(ref _executing) > 0
        && Environment.TickCount64 - Interlocked.Read(ref _lastProgress) > StalledAfterMilliseconds;

    public void Dispose() => _listener.Dispose();

    private void Count(int change)
    {
        // Completing a command is progress; so is starting the first one after a quiet time.
        if (Interlocked.Add(ref _executing, change) == change || change < 0)
            Interlocked.Exchange(ref _lastProgress, Environment.TickCount64);
    }
}
