using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of back-channel logouts. No tag contains personal data.</summary>
internal sealed class LogoutMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _abandoned;
    private readonly TimeProvider _clock;
    private long _oldestTicks;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public LogoutMetrics(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create(AuthMetrics.Name);
        _clock = clock;
        _sent = meter.CreateCounter<long>("btec.logout_notices.sent", "{notice}", "Number of back-channel logouts that clients accepted.");
        _failed = meter.CreateCounter<long>(
            "btec.logout_notices.failed", "{attempt}", "Number of failed attempts to deliver a back-channel logout.");
        _abandoned = meter.CreateCounter<long>(
            "btec.logout_notices.abandoned", "{notice}", "Number of back-channel logouts that were abandoned.");
        meter.CreateObservableGauge(
            "btec.logout_notices.queue.age", GetQueueAge, "s", "Age of the oldest back-channel logout that is still to be delivered.");
    }

    /// <summary>Sets the creation time of the oldest notice that is still to be delivered.</summary>
    internal DateTimeOffset? OldestCreatedAt
    {
        set => Interlocked.Exchange(ref _oldestTicks, value?.UtcTicks ?? 0);
    }

    internal void CountSent() => _sent.Add(1);

    internal void CountFailed() => _failed.Add(1);

    internal void CountAbandoned() => _abandoned.Add(1);

    private double GetQueueAge()
    {
        var oldest = Interlocked.Read(ref _oldestTicks);
        return oldest == 0 ? 0 : Math.Max(0, (_clock.GetUtcNow().UtcTicks - oldest) / (double)TimeSpan.TicksPerSecond);
    }
}
