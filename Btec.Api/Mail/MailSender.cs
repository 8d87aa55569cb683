using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;
using OpenTelemetry;

namespace Btec.Api.Mail;

/// <summary>Sends, in the background, what is due: at once when this process has committed it, else within seconds. While the
/// database is away it waits. Where nothing is sent the mails stay as they are, for a server that is configured meanwhile, and are
/// given up after a day.</summary>
public sealed partial class MailSender(
    IServiceScopeFactory scopes,
    MailDelivery delivery,
    MailSignal signal,
    IMailTransport transport,
    MailMetrics metrics,
    TimeProvider clock,
    ILogger<MailSender> logger) : BackgroundService
{
    /// <summary>For what other processes committed, and what is tried again.</summary>
    public static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(5);

    /// <summary>After the start, for what an earlier process left.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1);

    /// <summary>Where nothing is sent.</summary>
    private static readonly TimeSpan IdlePollPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Mails on their way at once: as many connections as Exchange Online grants one client
    /// (learn.microsoft.com, Exchange Online limits).</summary>
    private const int MaxConcurrentSends = 3;

    /// <summary>What is on its way when the process stops may take this long, of the 10 s that orchestrators grant.</summary>
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _sendSlots = new(MaxConcurrentSends);
    private bool _isDatabaseAway;

    public override void Dispose()
    {
        _sendSlots.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        transport.Announce(logger);
        using var abort = new CancellationTokenSource();
        await using var poll = transport.Sends ? clock.CreateTimer(_ => signal.Pulse(), state: null, FirstPoll, PollPeriod) : null;
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
            // Nothing more is claimed; what is on its way may arrive, and is given back if it does not.
            abort.CancelAfter(FinishLimit);
            for (var lane = 0; lane < MaxConcurrentSends; lane++)
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
            // Not on the thread that claims: composing computes, and SQLite works synchronously.
            await Task.Run(() => delivery.DeliverAsync(mail, abort), CancellationToken.None);
        }
#pragma warning disable CA1031 // The claim runs out, and the mail is tried again.
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

    /// <summary>Asks the queue; while it does not answer there is nothing to do, which is said once.</summary>
    private async Task<T?> TryAsync<T>(Func<MailQueue, Task<T>> ask, CancellationToken stoppingToken)
    {
        try
        {
            // Every few seconds, and almost always in vain: that is worth no trace.
            using var quiet = SuppressInstrumentationScope.Begin();
            await using var scope = scopes.CreateAsyncScope();
            var answer = await ask(scope.ServiceProvider.GetRequiredService<MailQueue>());
            _isDatabaseAway = false;
            return answer;
        }
#pragma warning disable CA1031 // The next round asks again, whatever it was.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            stoppingToken.ThrowIfCancellationRequested();
            if (!_isDatabaseAway)
                LogFailed(exception.GetBaseException().Message);

            _isDatabaseAway = true;
            return default;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Mails wait: {Reason}")]
    private partial void LogFailed(string reason);
}
