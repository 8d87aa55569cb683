using System.Globalization;
using System.Net;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Events;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Webhooks;

/// <summary>Makes one attempt to deliver a claimed event and records the result.</summary>
internal sealed partial class WebhookSending(
    BtecDbContext database,
    WebhookDeliveryQueue queue,
    WebhookSecrets secrets,
    WebhookClient http,
    WebhookDisabler disabler,
    WebhookMetrics metrics,
    TimeProvider clock,
    ILogger<WebhookSending> logger)
{
    /// <summary>Makes the attempt.</summary>
    /// <returns><see langword="true"/> if the receiver accepted the event.</returns>
    public async Task<bool> DeliverAsync(WebhookDelivery delivery, CancellationToken abort)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (await FindWebhookAsync(delivery.WebhookId) is not { IsActive: true } webhook)
        {
            await queue.AbandonAsync(delivery, WebhookService.Inactive, CancellationToken.None);
            return false;
        }

        WebhookAnswer answer;
        try
        {
            answer = await PostAsync(webhook, delivery, abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await queue.DeferAsync(delivery, clock.GetStoredNow(), error: null, CancellationToken.None);
            return false;
        }
        catch (Exception exception) when (
            exception is HttpRequestException or OperationCanceledException or IOException or NotSupportedException)
        {
            await RecordFailureAsync(webhook, delivery, Describe(exception), "no_answer", answer: null);
            return false;
        }

        await queue.RecordAnswerAsync(delivery.Id, (int)answer.Status, answer.Text, CancellationToken.None);
        if (answer.IsAccepted)
        {
            await queue.MarkSentAsync(delivery.Id, CancellationToken.None);
            await disabler.NoteSuccessAsync(webhook.Id, CancellationToken.None);
            metrics.CountSent();
            return true;
        }

        var error = string.Create(CultureInfo.InvariantCulture, $"The receiver answered {(int)answer.Status}.");
        await RecordFailureAsync(webhook, delivery, error, ReasonOf(answer.Status), answer);
        return false;
    }

    private Task<Webhook?> FindWebhookAsync(Guid id) =>
        database.Webhooks.AsNoTracking().SingleOrDefaultAsync(webhook => webhook.Id == id, CancellationToken.None);

    private Task<WebhookAnswer> PostAsync(Webhook webhook, WebhookDelivery delivery, CancellationToken abort)
    {
        var (id, now) = (delivery.EventId.ToString("D"), clock.GetUtcNow());
        var signature = secrets.Sign(webhook, id, now, delivery.Payload)
            ?? throw new NotSupportedException("The secret was encrypted under another Jwt:SigningKey. Rotate it.");
        return http.PostAsync(webhook.Url, id, now, signature, delivery.Payload, abort);
    }

    private async Task RecordFailureAsync(Webhook webhook, WebhookDelivery delivery, string error, string reason, WebhookAnswer? answer)
    {
        metrics.CountFailed(reason);
        LogFailed(delivery.EventId, webhook.Id, delivery.Attempts, error);
        if (answer is { IsGone: true })
        {
            await queue.AbandonAsync(delivery, error, CancellationToken.None);
            await disabler.DisableAsync(webhook, WebhookDisabler.Gone, CancellationToken.None);
            return;
        }

        var next = WebhookSchedule.FindNext(delivery.CreatedAt, delivery.Attempts, clock.GetStoredNow(), answer?.RetryAfter);
        if (next is { } until)
            await queue.DeferAsync(delivery, until, error, CancellationToken.None);
        else
            await queue.AbandonAsync(delivery, error, CancellationToken.None);

        await disabler.NoteFailureAsync(webhook, CancellationToken.None);
    }

    private static string ReasonOf(HttpStatusCode status) => (int)status switch
    {
        410 => "gone",
        >= 300 and <= 399 => "redirect",
        >= 400 and <= 499 => "client_error",
        _ => "server_error",
    };

    private static string Describe(Exception exception)
    {
        var text = exception is OperationCanceledException ? "No answer in time." : exception.Message;
        return text.Length <= OutboxItem.LastErrorMaxLength ? text : text[..OutboxItem.LastErrorMaxLength];
    }

    [LoggerMessage(LogLevel.Information, "Event {EventId} was not accepted by webhook {WebhookId} on attempt {Attempt}: {Reason}")]
    private partial void LogFailed(Guid eventId, Guid webhookId, int attempt, string reason);
}
