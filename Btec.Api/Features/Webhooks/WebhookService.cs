using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Data.Audit;
using Btec.Data.Events;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Features.Webhooks;

/// <summary>Creates, changes and deletes webhooks for superusers.</summary>
internal sealed class WebhookService(
    BtecDbContext database,
    AuditTrail audit,
    SuperuserCheck superuserCheck,
    WebhookSecrets secrets,
    WebhookDeliveryQueue deliveries,
    TimeProvider clock)
{
    /// <summary>The maximum number of webhooks. An estimate: each is looked at whenever an event is written or sent.</summary>
    public const int MaxCount = 50;

    /// <summary>The error of deliveries that waited when their webhook was switched off.</summary>
    public const string Inactive = "The webhook is not active.";

    public async Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken) =>
        await database.Webhooks.AsNoTracking().OrderByDescending(webhook => webhook.Id).ToListAsync(cancellationToken);

    public Task<Webhook?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.Webhooks.AsNoTracking().SingleOrDefaultAsync(webhook => webhook.Id == id, cancellationToken);

    /// <summary>Creates a webhook.</summary>
    /// <returns>The webhook with its secret, or <see cref="AuthError.TooManyWebhooks"/>.</returns>
    public Task<Result<WebhookWithSecret>> CreateAsync(
        WebhookContent content, Actor actor, AuditOrigin origin, CancellationToken cancellationToken) =>
        audit.CommitAsync<Result<WebhookWithSecret>>(
            async (batch, cancel) =>
            {
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                if (await database.Webhooks.CountAsync(cancel) >= MaxCount)
                    return AuthError.TooManyWebhooks;

                var now = clock.GetStoredNow();
                var id = Guid.CreateVersion7(now);
                var (shown, encrypted) = secrets.Create(id);
                var webhook = new Webhook { Id = id, Url = content.Url, EncryptedSecret = encrypted, CreatedAt = now };
                content.ApplyTo(webhook);
                database.Webhooks.Add(webhook);
                Record(batch, AuditTypes.WebhookCreated, id, actor, origin, ("host", HostOf(webhook)));
                return new WebhookWithSecret(webhook, shown);
            },
            cancellationToken);

    /// <summary>Changes a webhook. One that is switched off abandons what waits; one that is switched on begins anew.</summary>
    /// <returns>The webhook, or <see cref="AuthError.NotFound"/>.</returns>
    public Task<Result<Webhook>> UpdateAsync(
        Guid id, Func<WebhookContent, WebhookContent> change, Actor actor, AuditOrigin origin, CancellationToken cancellationToken) =>
        ChangeAsync<Webhook>(
            id, actor,
            async (webhook, batch, cancel) =>
            {
                var members = change(WebhookContent.Of(webhook)).ApplyTo(webhook);
                if (members.Count == 0)
                    return webhook;

                if (members.Contains("is_active", StringComparer.Ordinal))
                {
                    (webhook.FailingSince, webhook.DisabledAt, webhook.DisabledReason) = (null, null, null);
                    if (!webhook.IsActive)
                        await deliveries.AbandonAllAsync(id, Inactive, cancel);
                }

                Record(batch, AuditTypes.WebhookChanged, id, actor, origin, ("host", HostOf(webhook)), ("members", members));
                return webhook;
            },
            cancellationToken);

    /// <summary>Deletes a webhook with its deliveries.</summary>
    public async Task<Result> DeleteAsync(Guid id, Actor actor, AuditOrigin origin, CancellationToken cancellationToken)
    {
        var deleted = await ChangeAsync<Webhook>(
            id, actor,
            async (webhook, batch, cancel) =>
            {
                database.Webhooks.Remove(webhook);
                await deliveries.AbandonAllAsync(id, "The webhook was deleted.", cancel);
                Record(batch, AuditTypes.WebhookDeleted, id, actor, origin);
                return webhook;
            },
            cancellationToken);
        return deleted.IsSuccess ? Result.Success : deleted.Error;
    }

    /// <summary>Gives a webhook a new secret. The former one signs too for another <see cref="WebhookSecrets.RotationGrace"/>.</summary>
    public Task<Result<WebhookWithSecret>> RotateSecretAsync(
        Guid id, Actor actor, AuditOrigin origin, CancellationToken cancellationToken) => ChangeAsync<WebhookWithSecret>(
            id, actor,
            (webhook, batch, _) =>
            {
                var (shown, encrypted) = secrets.Create(id);
                (webhook.EncryptedPreviousSecret, webhook.EncryptedSecret) = (webhook.EncryptedSecret, encrypted);
                webhook.PreviousSecretExpiresAt = clock.GetStoredNow() + WebhookSecrets.RotationGrace;
                Record(batch, AuditTypes.WebhookSecretRotated, id, actor, origin);
                return Task.FromResult<Result<WebhookWithSecret>>(new WebhookWithSecret(webhook, shown));
            },
            cancellationToken);

    private Task<Result<T>> ChangeAsync<T>(
        Guid id, Actor actor, Func<Webhook, AuditBatch, CancellationToken, Task<Result<T>>> change, CancellationToken cancellationToken)
        where T : class => audit.CommitAsync(
            async (batch, cancel) =>
            {
                if (await superuserCheck.FindRefusalAsync(actor, cancel) is { } refusal)
                    return refusal;

                return await database.Webhooks.AsTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) is { } webhook
                    ? await change(webhook, batch, cancel)
                    : (Result<T>)AuthError.NotFound;
            },
            cancellationToken);

    private static string HostOf(Webhook webhook) => new Uri(webhook.Url).IdnHost;

    private static void Record(
        AuditBatch batch, string type, Guid id, Actor actor, AuditOrigin origin, params (string Name, object? Value)[] details) =>
        batch.Record(
            type, userId: null, actor.UserId, origin,
            details: details.Prepend(("webhook", id)).ToDictionary(detail => detail.Item1, detail => detail.Item2, StringComparer.Ordinal));
}

/// <summary>A webhook with its new secret.</summary>
internal sealed record WebhookWithSecret(Webhook Webhook, Secret Secret);
