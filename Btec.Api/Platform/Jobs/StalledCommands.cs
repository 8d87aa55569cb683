using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Jobs;

/// <summary>The commands of PostgreSQL, from Npgsql's own count of executing ones.</summary>
internal sealed class StalledCommands : IBlockingCalls, IDisposable
{
    /// <summary>The time without a completed command after which the executing ones count as stalled. It is far longer than any
    /// statement of a request, and shorter than the command timeout of 2 s, after which Npgsql begins to block threads.</summary>
    private static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(1);

    private readonly MeterListener _listener = new();
    private readonly CallProgress _commands = new(StalledAfter);

    public StalledCommands()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: "db.client.operation.npgsql.executing" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, change, _, _) => _commands.Count(change));
        _listener.Start();
    }

    public bool AreStalled => _commands.AreStalled;

    public void Dispose() => _listener.Dispose();
}
