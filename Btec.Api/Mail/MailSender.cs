using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;
using OpenTelemetry;

namespace Btec.Api.Mail;

/// <summary>The background service that sends the mails in the outbox.</summary>
/// <remarks>Mails committed by this process are sent at once, all others within <see cref="PollPeriod"/>. While the database is
/// unavailable, the service waits. If no SMTP server is configured, mails stay in the outbox until one is, and are abandoned
/// after a day.</remarks>
internal sealed partial class MailSender(
    IServiceScopeFactory scopes,
    MailDelivery delivery,
    MailSignal signal,
    IMailTransport transport,
    MailMetrics metrics,
    TimeProvider clock,
    ILogger<MailSender> logger) : BackgroundService
{
    /// <summary>The interval at which the outbox is checked for retries and for mails committed by other processes.</summary>
    public static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(5);

    /// <summary>The delay before the first check, which finds the mails that an earlier process left.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1);

    /// <summary>The interval at which overdue mails are abandoned while no SMTP server is configured.</summary>
    private static readonly TimeSpan IdlePollPeriod = TimeSpan.FromMinutes(1);

    /// <summary>The maximum number of mails sent at the same time: the number of connections that Exchange Online allows one
    /// client (learn.microsoft.com, Exchange Online limits).</summary>
    private const int MaxConcurrentSends = 3;

    /// <summary>The time for which mails in flight may finish when the process stops. Docker kills a process 10 s after asking it
    /// to stop.</summary>
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _sendSlots = new(MaxConcurrentSends);
    private bool _isDatabaseUnavailable;

    public override void Dispose()
    {
        _sendSlots.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        transport.Announce(logger);
        using var abort = new CancellationTokenSource();
        await using var poll = transport.Sends
            ? clock.CreateTimer(_ => signal.Pulse(), state: null, FirstPoll, PollPeriod)
            : null;
        try
        {
            while (true)
            {
                await (transport.Sends ? signal.WaitAsync(stoppingToken) : Task.Delay(IdlePollPeriod, clock, stoppingToken));
                await SendDueAsync(abort.Token, stoppingToken);
                metrics.OldestCreatedAt = await TryAsync(mails => mails.FindOldestAsync(stoppingToken), stoppingToken);
            }
        }
        finally
        {
            // No more mails are claimed. Those in flight may finish; after that they are released for another process.
            abort.CancelAfter(ShutdownGrace);
            for (var slot = 0; slot < MaxConcurrentSends; slot++)
                await _sendSlots.WaitAsync(CancellationToken.None);
        }
    }

    private async Task SendDueAsync(CancellationToken abort, CancellationToken stoppingToken)
    {
        var overdueFor = transport.Sends ? TimeSpan.Zero : RetrySchedule.GiveUpAfter;
        while (true)
        {
            await _sendSlots.WaitAsync(stoppingToken);
            OutgoingMail? mail = null;
            try
            {
                mail = await TryAsync(mails => mails.ClaimAsync(overdueFor, stoppingToken), stoppingToken);
            }
            finally
            {
                if (mail is null)
                    _sendSlots.Release();
            }

            if (mail is null)
                return;

            _ = DeliverAsync(mail, abort);
        }
    }

    private async Task DeliverAsync(OutgoingMail mail, CancellationToken abort)
    {
        try
        {
            // On another thread: composing is CPU work, and SQLite is synchronous.
            await Task.Run(() => delivery.DeliverAsync(mail, abort), CancellationToken.None);
        }
#pragma warning disable CA1031 // The lease of the claim ends, and the mail is retried.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(exception.GetBaseException().Message);
        }
        finally
        {
            _sendSlots.Release();
        }
    }

    /// <summary>Queries the queue. Returns the default value if the database is unavailable, and logs that once.</summary>
    private async Task<T?> TryAsync<T>(Func<MailQueue, Task<T>> ask, CancellationToken stoppingToken)
    {
        try
        {
            // No traces for a query that runs every few seconds and almost always finds nothing.
            using var quiet = SuppressInstrumentationScope.Begin();
            await using var scope = scopes.CreateAsyncScope();
            var answer = await ask(scope.ServiceProvider.GetRequiredService<MailQueue>());
            _isDatabaseUnavailable = false;
            return answer;
        }
#pragma warning disable CA1031 // Any failure is retried in the next round.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            stoppingToken.ThrowIfCancellationRequested();
            if (!_isDatabaseUnavailable)
                LogFailed(exception.GetBaseException().Message);

            _isDatabaseUnavailable = true;
            return default;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Mails cannot be sent at the moment and will be retried: {Reason}")]
    private partial void LogFailed(string reason);
}
