using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of back-channel logouts. No tag contains personal data.</summary>
internal sealed class LogoutMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _abandoned;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public LogoutMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(AuthMetrics.Name);
        _sent = meter.CreateCounter<long>("btec.logout_notices.sent", "{notice}", "Number of back-channel logouts that clients accepted.");
        _failed = meter.CreateCounter<long>(
            "btec.logout_notices.failed", "{attempt}", "Number of failed attempts to deliver a back-channel logout.");
        _abandoned = meter.CreateCounter<long>(
            "btec.logout_notices.abandoned", "{notice}", "Number of back-channel logouts that were abandoned.");
    }

    internal void CountSent() => _sent.Add(1);

    internal void CountFailed() => _failed.Add(1);

    internal void CountAbandoned() => _abandoned.Add(1);
}
