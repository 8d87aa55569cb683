using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of events for the broker. No tag contains personal data.</summary>
internal sealed class BrokerMetrics
{
    private readonly Counter<long> _published;
    private readonly Counter<long> _failed;
    private readonly TimeProvider _clock;
    private long _oldestTicks;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public BrokerMetrics(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create(AuthMetrics.Name);
        _clock = clock;
        _published = meter.CreateCounter<long>("btec.broker.published", "{event}", "Number of events that the broker confirmed.");
        _failed = meter.CreateCounter<long>("btec.broker.failed", "{attempt}", "Number of failed attempts to publish an event, by reason.");
        meter.CreateObservableGauge("btec.broker.queue.age", GetQueueAge, "s", "Age of the oldest event that is still to be published.");
    }

    /// <summary>Sets the creation time of the oldest event that waits.</summary>
    internal DateTimeOffset? OldestCreatedAt
    {
        set => Interlocked.Exchange(ref _oldestTicks, value?.UtcTicks ?? 0);
    }

    internal void CountPublished() => _published.Add(1);

    internal void CountFailed(string reason) => _failed.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private double GetQueueAge()
    {
        var oldest = Interlocked.Read(ref _oldestTicks);
        return oldest == 0 ? 0 : Math.Max(0, (_clock.GetUtcNow().UtcTicks - oldest) / (double)TimeSpan.TicksPerSecond);
    }
}
