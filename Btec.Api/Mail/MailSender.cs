using Btec.Api.Platform.Jobs;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;

namespace Btec.Api.Mail;

/// <summary>The background service that sends the mails in the outbox. If no SMTP server is configured, mails stay there until one is, and
/// are abandoned after a day.</summary>
internal sealed partial class MailSender(
    IServiceScopeFactory scopes,
    MailDelivery delivery,
    MailSignal signal,
    OutboxPeek peek,
    IMailTransport transport,
    MailMetrics metrics,
    TimeProvider clock,
    ILogger<MailSender> logger) : OutboxSender<OutgoingMail>(MaxConcurrentSends, MailQueue.Table, signal, peek, scopes, clock)
{
    /// <summary>The interval at which overdue mails are abandoned while no SMTP server is configured.</summary>
    private static readonly TimeSpan s_idlePeriod = TimeSpan.FromMinutes(1);

    /// <summary>The maximum number of mails sent at the same time: the number of connections that Exchange Online allows one
    /// client (learn.microsoft.com, Exchange Online limits).</summary>
    private const int MaxConcurrentSends = 3;

    protected override TimeSpan? IdlePeriod => transport.Sends ? null : s_idlePeriod;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        transport.Announce(logger);
        return base.ExecuteAsync(stoppingToken);
    }

    protected override Task<OutgoingMail?> ClaimAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<MailQueue>()
            .ClaimAsync(transport.Sends ? TimeSpan.Zero : RetrySchedule.GiveUpAfter, cancellationToken);

    protected override Task DeliverAsync(OutgoingMail item, CancellationToken abort) => delivery.DeliverAsync(item, abort);

    protected override OutboxQueue<OutgoingMail> GetQueue(IServiceProvider services) => services.GetRequiredService<MailQueue>();

    protected override void Observe(DateTimeOffset? oldestCreatedAt) => metrics.OldestCreatedAt = oldestCreatedAt;

    protected override void LogFailure(string reason) => LogFailed(reason);

    [LoggerMessage(LogLevel.Warning, "Mails cannot be sent at the moment and will be retried: {Reason}")]
    private partial void LogFailed(string reason);
}
