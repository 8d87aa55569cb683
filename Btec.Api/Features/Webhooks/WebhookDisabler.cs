using Btec.Api.Platform.Telemetry;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Webhooks;

/// <summary>Switches webhooks off whose receiver is gone, and tells the superusers.</summary>
internal sealed class WebhookDisabler(
    BtecDbContext database,
    AuditTrail audit,
    WebhookDeliveryQueue deliveries,
    MailOutbox mails,
    WebhookMetrics metrics,
    TimeProvider clock)
{
    /// <summary>The reason if the receiver has answered 410.</summary>
    public const string Gone = "gone";

    /// <summary>The reason after <see cref="Patience"/> of failures.</summary>
    public const string Failing = "failing";

    /// <summary>The time of failures, without a success in between, after which a webhook is disabled (the API contract).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    /// <summary>The maximum number of superusers who are told. An estimate.</summary>
    private const int MaxTold = 100;

    /// <summary>Notes that an attempt succeeded.</summary>
    public Task NoteSuccessAsync(Guid id, CancellationToken cancellationToken) => database.Webhooks
        .Where(webhook => webhook.Id == id && webhook.FailingSince != null)
        .ExecuteUpdateAsync(row => row.SetProperty(webhook => webhook.FailingSince, (DateTimeOffset?)null), cancellationToken);

    /// <summary>Notes that an attempt failed, and disables the webhook after <see cref="Patience"/> of failures.</summary>
    public async Task NoteFailureAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        var now = clock.GetStoredNow();
        if (webhook.FailingSince is null)
        {
            await database.Webhooks.Where(row => row.Id == webhook.Id && row.FailingSince == null)
                .ExecuteUpdateAsync(row => row.SetProperty(stored => stored.FailingSince, now), cancellationToken);
        }
        else if (now - webhook.FailingSince >= Patience)
        {
            await DisableAsync(webhook, Failing, cancellationToken);
        }
    }

    /// <summary>Disables a webhook, abandons what waits for it, and tells the superusers by mail.</summary>
    public async Task DisableAsync(Webhook webhook, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        var isDisabled = await audit.CommitAsync(
            async (batch, cancel) =>
            {
                var now = clock.GetStoredNow();
                var disabled = await database.Webhooks.Where(row => row.Id == webhook.Id && row.IsActive).ExecuteUpdateAsync(
                    row => row.SetProperty(stored => stored.IsActive, false).SetProperty(stored => stored.DisabledAt, now)
                        .SetProperty(stored => stored.DisabledReason, reason),
                    cancel);
                if (disabled == 0)
                    return false;

                await deliveries.AbandonAllAsync(webhook.Id, WebhookService.Inactive, cancel);
                await TellAsync(webhook, reason, cancel);
                batch.Record(
                    AuditTypes.WebhookDisabled, userId: null, actorId: null, origin: null,
                    details: new Dictionary<string, object?>(StringComparer.Ordinal) { ["webhook"] = webhook.Id, ["reason"] = reason });
                return true;
            },
            cancellationToken);
        if (isDisabled)
            metrics.CountDisabled(reason);
    }

    private async Task TellAsync(Webhook webhook, string reason, CancellationToken cancellationToken)
    {
        var superusers = await database.Users.AsNoTracking().Where(user => user.IsSuperuser && user.IsActive)
            .OrderBy(user => user.Id).Take(MaxTold).ToListAsync(cancellationToken);
        foreach (var superuser in superusers)
        {
            // Only the host: a path may contain a secret of the receiver.
            var values = MailValues.To(superuser, new Uri(webhook.Url).IdnHost) with
            {
                Reason = reason == Gone ? "it answered that it wants no more." : "it has accepted none for five days.",
            };
            mails.Add(MailTemplate.WebhookDisabled, superuser.Email, values, superuser.Id);
        }
    }
}
