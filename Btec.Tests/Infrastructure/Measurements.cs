using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Infrastructure;

/// <summary>The measurements of one API, as lines <c>instrument value tag=…</c> with rounded values. Other APIs in this process
/// are ignored.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly MeterListener _listener;

    private Measurements(BtecApi api, Func<string, bool> isWanted)
    {
        var factory = api.Services.GetRequiredService<IMeterFactory>();
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == factory && isWanted(instrument.Name))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, Math.Round(value), tags));
        _listener.Start();
    }

    public IReadOnlyCollection<string> Lines => _lines;

    public static Measurements Of(BtecApi api, Func<string, bool> isWanted) => new(api, isWanted);

    public Task WaitForAsync(string expected) => Eventually.IsTrueAsync(
        () =>
        {
            _listener.RecordObservableInstruments();
            return Task.FromResult(_lines.Contains(expected, StringComparer.Ordinal));
        },
        $"{expected} among {string.Join(", ", _lines.Distinct(StringComparer.Ordinal))}");

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _lines.Enqueue($"{instrument.Name} {value}{string.Concat(tags.ToArray().Select(tag => $" {tag.Key}={tag.Value}"))}");
}
