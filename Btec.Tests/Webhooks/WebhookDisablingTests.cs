using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Webhooks;

/// <summary>The end of webhooks whose receiver is gone.</summary>
public abstract class WebhookDisablingTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : WebhookDisablingTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : WebhookDisablingTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_receiver_that_answers_410_gets_no_more_and_the_superusers_are_told()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        var (path, _) = await system.CreateAsync(receiver.Address, ["user.roles_changed"]);
        receiver.AnswerStatus(410);

        await system.ChangeRolesAsync();
        await WaitUntilDisabledAsync(system, path, "gone");
        await system.ChangeRolesAsync();

        Assert.Single(receiver.Received);
        Assert.NotNull((await system.WaitForDeliveryAsync(delivery => delivery.AbandonedAt is not null)).LastError);
        var mail = Assert.Single(await ReadMailsAsync(system));
        Assert.Equal("webhook.disabled", await ReadAuditAsync(system));
        Assert.True(await system.Api.WithDatabaseAsync(database =>
            database.Users.AnyAsync(user => user.IsSuperuser && user.Email == mail.Recipient)));
        using var refused = await system.SendAsync(HttpMethod.Post, $"{path}/test");
        await refused.AssertProblemAsync(System.Net.HttpStatusCode.Conflict, "webhook_inactive");
    }

    [Fact]
    public async Task Five_days_of_failures_disable_a_webhook_and_a_success_in_between_does_not()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        var (path, _) = await system.CreateAsync(receiver.Address, ["user.roles_changed"]);
        await FailAsync(system, path, receiver);
        var webhook = await ReadWebhookAsync(system);
        Assert.NotNull(webhook.FailingSince);
        receiver.AnswerStatus(200);
        await AddDeliveryAsync(system, webhook.Id);
        await Eventually.IsTrueAsync(async () => (await ReadWebhookAsync(system)).FailingSince is null, "it does not fail any more");

        await FailAsync(system, path, receiver);
        system.Api.Clock.Advance(TimeSpan.FromDays(5) - TimeSpan.FromSeconds(1));
        await FailAsync(system, path, receiver);
        Assert.True((await ReadWebhookAsync(system)).IsActive);
        system.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        await AddDeliveryAsync(system, webhook.Id);

        await Eventually.IsTrueAsync(async () => !(await ReadWebhookAsync(system)).IsActive, "it is disabled");
        Assert.Equal("failing", (await ReadWebhookAsync(system)).DisabledReason);
        Assert.Single(await ReadMailsAsync(system));
    }

    private static async Task FailAsync(WebhookMoves system, string path, WebhookReceiver receiver)
    {
        receiver.AnswerStatus(500);
        var before = receiver.Received.Count;
        await AddDeliveryAsync(system, Guid.Parse(path[^36..]));
        await receiver.WaitAsync(before + 1);
        await Eventually.IsTrueAsync(
            async () => await system.Api.WithDatabaseAsync(database => database.WebhookDeliveries
                .OrderByDescending(delivery => delivery.CreatedAt).Select(delivery => delivery.LastError).FirstAsync()) is not null
                && (await ReadWebhookAsync(system)).FailingSince is not null,
            "the failure is recorded");
    }

    private static async Task AddDeliveryAsync(WebhookMoves system, Guid webhookId)
    {
        var now = system.Api.Clock.GetStoredNow();
        await system.Api.WithDatabaseAsync(database =>
        {
            database.WebhookDeliveries.Add(new WebhookDelivery
            {
                Id = Guid.CreateVersion7(now),
                WebhookId = webhookId,
                EventId = Guid.CreateVersion7(now),
                EventType = "user.roles_changed",
                Payload = "{}",
                CreatedAt = now,
                NextAttemptAt = now,
            });
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        system.Wake();
    }

    private static Task WaitUntilDisabledAsync(WebhookMoves system, string path, string reason) => Eventually.IsTrueAsync(
        async () => (await system.ReadAsync(path)).GetProperty("disabled_reason").GetString() == reason, "the webhook is disabled");

    private static Task<Webhook> ReadWebhookAsync(WebhookMoves system) => system.Api.WithDatabaseAsync(database =>
        database.Webhooks.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken));

    private static Task<List<OutgoingMail>> ReadMailsAsync(WebhookMoves system) => system.Api.WithDatabaseAsync(database =>
        database.OutgoingMails.AsNoTracking().Where(mail => mail.Template == MailTemplate.WebhookDisabled)
            .ToListAsync(TestContext.Current.CancellationToken));

    private static Task<string> ReadAuditAsync(WebhookMoves system) => system.Api.WithDatabaseAsync(database =>
        database.AuditEvents.Where(audited => audited.Type == "webhook.disabled").Select(audited => audited.Type).SingleAsync());
}
