using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of webhooks. No tag contains personal data.</summary>
internal sealed class WebhookMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _disabled;
    private readonly TimeProvider _clock;
    private long _oldestTicks;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public WebhookMetrics(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create(AuthMetrics.Name);
        _clock = clock;
        _sent = meter.CreateCounter<long>("btec.webhooks.sent", "{event}", "Number of events that receivers accepted.");
        _failed = meter.CreateCounter<long>("btec.webhooks.failed", "{attempt}", "Number of failed attempts to deliver an event, by reason.");
        _disabled = meter.CreateCounter<long>("btec.webhooks.disabled", "{webhook}", "Number of webhooks that were disabled, by reason.");
        meter.CreateObservableGauge("btec.webhooks.queue.age", GetQueueAge, "s", "Age of the oldest event that is still to be delivered.");
    }

    /// <summary>Sets the creation time of the oldest delivery that waits.</summary>
    internal DateTimeOffset? OldestCreatedAt
    {
        set => Interlocked.Exchange(ref _oldestTicks, value?.UtcTicks ?? 0);
    }

    internal void CountSent() => _sent.Add(1);

    internal void CountFailed(string reason) => _failed.Add(1, Reason(reason));

    internal void CountDisabled(string reason) => _disabled.Add(1, Reason(reason));

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);

    private double GetQueueAge()
    {
        var oldest = Interlocked.Read(ref _oldestTicks);
        return oldest == 0 ? 0 : Math.Max(0, (_clock.GetUtcNow().UtcTicks - oldest) / (double)TimeSpan.TicksPerSecond);
    }
}
