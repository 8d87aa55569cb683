using System.Diagnostics;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Model;
using Btec.Data.Outbox;
using MimeKit;

namespace Btec.Api.Mail;

/// <summary>One attempt to send a mail that was claimed, and what is kept of it.</summary>
public sealed partial class MailDelivery(
    IServiceScopeFactory scopes,
    IMailTransport transport,
    MailComposer composer,
    MailSecrets secrets,
    MailMetrics metrics,
    TimeProvider clock,
    ILogger<MailDelivery> logger)
{
    /// <summary>From the connection to the acceptance; the claim holds longer (<see cref="MailQueue.Lease"/>).</summary>
    public static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(60);

    /// <summary>Between two tries to write down that a mail was sent, while its claim holds.</summary>
    private static readonly TimeSpan MarkPause = TimeSpan.FromSeconds(1);

    /// <param name="mail">The mail.</param>
    /// <param name="abort">The process stops: the mail is given back at once.</param>
    public async Task DeliverAsync(OutgoingMail mail, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(mail);
        using var activity = AuthMetrics.Activities.StartActivity("send mail", ActivityKind.Producer);
        activity?.SetTag("mail.template", mail.Template.ToString()).SetTag("mail.id", mail.Id).SetTag("mail.attempt", mail.Attempts);

        MailValues? values = null;
        try
        {
            values = OpenValues(mail);
            using var message = composer.Compose(mail, values);
            await SendAsync(message, abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await WithDueMailsAsync(mails => mails.DeferAsync(mail, clock.GetUtcNow(), error: null, CancellationToken.None));
            return;
        }
#pragma warning disable CA1031 // Whatever keeps one mail from being sent is written down with it; the others go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var fault = DeliveryFailure.From(exception);
            activity?.SetStatus(ActivityStatusCode.Error, fault.Reason);
            await KeepFaultAsync(mail, fault, values);
            return;
        }

        metrics.CountSent(mail.Template);
        await MarkSentAsync(mail, abort);
    }

    private MailValues OpenValues(OutgoingMail mail) =>
        (mail.SealedValues is { } content ? secrets.Open(content, mail.Id) : null)
        ?? throw new NotSupportedException("It was sealed under another Jwt:SigningKey.");

    private async Task SendAsync(MimeMessage message, CancellationToken abort)
    {
        using var limit = new CancellationTokenSource(SendLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
        await transport.SendAsync(message, either.Token);
    }

    /// <summary>It was accepted: while the claim holds, everything is tried not to send it again.</summary>
    private async Task MarkSentAsync(OutgoingMail mail, CancellationToken abort)
    {
        while (true)
        {
            try
            {
                await WithDueMailsAsync(mails => mails.MarkSentAsync(mail.Id, CancellationToken.None));
                return;
            }
            catch (Exception exception) when (!abort.IsCancellationRequested && clock.GetUtcNow() < mail.NextAttemptAt)
            {
                LogNotMarked(mail.Id, exception.GetBaseException().Message);
            }

            await Task.Delay(MarkPause, clock, CancellationToken.None);
        }
    }

    private async Task KeepFaultAsync(OutgoingMail mail, DeliveryFailure fault, MailValues? values)
    {
        var error = Shorten(Hide(fault.Text, values?.Token));
        var next = fault.IsPermanent ? null : RetrySchedule.FindNext(mail.CreatedAt, mail.Attempts, clock.GetUtcNow());
        metrics.CountFailed(mail.Template, fault.Reason);
        if (next is { } until)
        {
            await WithDueMailsAsync(mails => mails.DeferAsync(mail, until, error, CancellationToken.None));
            LogDeferred(mail.Id, mail.Template, mail.Attempts, fault.Reason, until);
        }
        else if (await WithDueMailsAsync(mails => mails.AbandonAsync(mail, fault.Reason, error, CancellationToken.None)))
        {
            metrics.CountAbandoned(mail.Template, fault.Reason);
            LogAbandoned(mail.Id, mail.Template, mail.Attempts, fault.Reason);
        }
    }

    /// <summary>A server that refuses a link may quote it.</summary>
    private static string Hide(string text, string? secret) =>
        secret is null ? text : text.Replace(secret, "…", StringComparison.OrdinalIgnoreCase);

    private static string Shorten(string text) =>
        text.Length <= OutgoingMail.LastErrorMaxLength ? text : text[..OutgoingMail.LastErrorMaxLength];

    private async Task<T> WithDueMailsAsync<T>(Func<MailQueue, Task<T>> use)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<MailQueue>());
    }

    [LoggerMessage(LogLevel.Information, "Mail {Id} ({Template}) was not sent on attempt {Attempt}: {Reason}. It is tried again at {Until:O}.")]
    private partial void LogDeferred(Guid id, MailTemplate template, int attempt, string reason, DateTimeOffset until);

    [LoggerMessage(LogLevel.Warning, "Mail {Id} ({Template}) was given up after attempt {Attempt}: {Reason}.")]
    private partial void LogAbandoned(Guid id, MailTemplate template, int attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "Mail {Id} was sent, but that was not written down: {Reason}")]
    private partial void LogNotMarked(Guid id, string reason);
}
