using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Btec.Data.Model;

namespace Btec.Api.Platform.Telemetry;

/// <summary>The metrics of sending mail. No tag contains personal data.</summary>
internal sealed class MailMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _abandoned;
    private readonly TimeProvider _clock;
    private long _oldestTicks;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public MailMetrics(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create(AuthMetrics.Name);
        _clock = clock;
        _sent = meter.CreateCounter<long>("btec.mails.sent", "{mail}", "Number of mails accepted by the server, by template.");
        _failed = meter.CreateCounter<long>(
            "btec.mails.failed", "{attempt}", "Number of failed attempts to send a mail, by template and reason.");
        _abandoned = meter.CreateCounter<long>(
            "btec.mails.abandoned", "{mail}", "Number of mails abandoned, by template and reason.");
        meter.CreateObservableGauge("btec.mails.queue.age", GetQueueAge, "s", "Age of the oldest mail that is still to be sent.");
    }

    /// <summary>Sets the creation time of the oldest mail that is still to be sent.</summary>
    internal DateTimeOffset? OldestCreatedAt
    {
        set => Interlocked.Exchange(ref _oldestTicks, value?.UtcTicks ?? 0);
    }

    internal void CountSent(MailTemplate template) => _sent.Add(1, Template(template));

    internal void CountFailed(MailTemplate template, string reason) => _failed.Add(1, Template(template), Reason(reason));

    internal void CountAbandoned(MailTemplate template, string reason) => _abandoned.Add(1, Template(template), Reason(reason));

    private static KeyValuePair<string, object?> Template(MailTemplate template) => new("template", template.ToString());

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);

    private double GetQueueAge()
    {
        var oldest = Interlocked.Read(ref _oldestTicks);
        return oldest == 0 ? 0 : Math.Max(0, (_clock.GetUtcNow().UtcTicks - oldest) / (double)TimeSpan.TicksPerSecond);
    }
}
