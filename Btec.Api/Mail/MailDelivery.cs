using System.Diagnostics;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;
using MimeKit;

namespace Btec.Api.Mail;

/// <summary>Makes one attempt to send a claimed mail and records the outcome.</summary>
internal sealed partial class MailDelivery(
    IServiceScopeFactory scopes,
    IMailTransport transport,
    MailComposer composer,
    MailSecrets secrets,
    MailMetrics metrics,
    TimeProvider clock,
    ILogger<MailDelivery> logger)
{
    /// <summary>The time limit of one attempt, from connecting to acceptance. The lease of the claim is longer
    /// (<see cref="MailQueue.Lease"/>).</summary>
    public static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(60);

    /// <summary>The pause between two attempts to record in the database that a mail was sent.</summary>
    private static readonly TimeSpan MarkRetryDelay = TimeSpan.FromSeconds(1);

    /// <param name="abort">Canceled when the process stops. The mail is then released at once.</param>
    public async Task DeliverAsync(OutgoingMail mail, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(mail);
        using var activity = AuthMetrics.Activities.StartActivity("send mail", ActivityKind.Producer);
        activity?.SetTag("mail.template", mail.Template.ToString());
        activity?.SetTag("mail.id", mail.Id).SetTag("mail.attempt", mail.Attempts);

        MailValues? values = null;
        try
        {
            using var domains = SentDomains.Keep();
            values = OpenValues(mail);
            using var message = composer.Compose(mail, values);
            await SendAsync(message, abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await WithQueueAsync(mails => mails.DeferAsync(mail, clock.GetUtcNow(), error: null, CancellationToken.None));
            return;
        }
#pragma warning disable CA1031 // Any failure is recorded with its mail and must not stop the others.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var failure = DeliveryFailure.From(exception);
            activity?.SetStatus(ActivityStatusCode.Error, failure.Reason);
            await RecordFailureAsync(mail, failure, values);
            return;
        }

        metrics.CountSent(mail.Template);
        await MarkSentAsync(mail, abort);
    }

    private MailValues OpenValues(OutgoingMail mail) =>
        (mail.SealedValues is { } content ? secrets.Open(content, mail.Id) : null)
        ?? throw new NotSupportedException("The mail was encrypted under another Jwt:SigningKey. Add that one to Jwt:PreviousSigningKeys.");

    private async Task SendAsync(MimeMessage message, CancellationToken abort)
    {
        using var timeout = new CancellationTokenSource(SendLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
        await transport.SendAsync(message, either.Token);
    }

    /// <summary>Records that the mail was sent. Retries until the lease of the claim ends, because the mail would otherwise be
    /// sent again.</summary>
    private async Task MarkSentAsync(OutgoingMail mail, CancellationToken abort)
    {
        while (true)
        {
            try
            {
                await WithQueueAsync(mails => mails.MarkSentAsync(mail.Id, CancellationToken.None));
                return;
            }
            catch (Exception exception) when (!abort.IsCancellationRequested && clock.GetUtcNow() < mail.NextAttemptAt)
            {
                LogNotMarked(mail.Id, exception.GetBaseException().Message);
            }

            await Task.Delay(MarkRetryDelay, clock, CancellationToken.None);
        }
    }

    private async Task RecordFailureAsync(OutgoingMail mail, DeliveryFailure failure, MailValues? values)
    {
        var error = Shorten(Hide(failure.Text, values?.Token));
        var next = failure.IsPermanent ? null : RetrySchedule.FindNext(mail.CreatedAt, mail.Attempts, clock.GetUtcNow());
        metrics.CountFailed(mail.Template, failure.Reason);
        if (next is { } until)
        {
            await WithQueueAsync(mails => mails.DeferAsync(mail, until, error, CancellationToken.None));
            LogDeferred(mail.Id, mail.Template, mail.Attempts, failure.Reason, until);
        }
        else if (await WithQueueAsync(mails => mails.AbandonAsync(mail, failure.Reason, error, CancellationToken.None)))
        {
            metrics.CountAbandoned(mail.Template, failure.Reason);
            LogAbandoned(mail.Id, mail.Template, mail.Attempts, failure.Reason);
        }
    }

    /// <summary>Removes the token from an error text: a server that rejects a link may quote it.</summary>
    private static string Hide(string text, string? secret) =>
        secret is null ? text : text.Replace(secret, "…", StringComparison.OrdinalIgnoreCase);

    private static string Shorten(string text) =>
        text.Length <= OutgoingMail.LastErrorMaxLength ? text : text[..OutgoingMail.LastErrorMaxLength];

    private async Task<T> WithQueueAsync<T>(Func<MailQueue, Task<T>> use)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<MailQueue>());
    }

    [LoggerMessage(
        LogLevel.Information,
        "Mail {Id} ({Template}) could not be sent on attempt {Attempt}: {Reason}. The next attempt is at {Until:O}.")]
    private partial void LogDeferred(Guid id, MailTemplate template, int attempt, string reason, DateTimeOffset until);

    [LoggerMessage(LogLevel.Warning, "Mail {Id} ({Template}) was abandoned after attempt {Attempt}: {Reason}.")]
    private partial void LogAbandoned(Guid id, MailTemplate template, int attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "Mail {Id} was sent, but that could not be recorded in the database: {Reason}")]
    private partial void LogNotMarked(Guid id, string reason);
}
