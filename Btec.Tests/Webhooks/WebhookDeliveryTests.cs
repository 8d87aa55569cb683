using System.Globalization;
using System.Text.Json;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace Btec.Tests.Webhooks;

/// <summary>The delivery of events to receivers.</summary>
public abstract class WebhookDeliveryTests(DatabaseKind kind)
{
    private static readonly string[] s_roles = ["user.roles_changed"];

    public sealed class OnSqlite() : WebhookDeliveryTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : WebhookDeliveryTests(DatabaseKind.Postgres);

    [Fact]
    public async Task An_event_arrives_once_signed_and_thin_under_the_id_of_its_audit_event()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        var (_, secret) = await system.CreateAsync(receiver.Address, s_roles);

        var user = await system.ChangeRolesAsync();

        var received = (await receiver.WaitAsync(1))[0];
        new StandardWebhook(secret).Verify(received.Body, received.Headers);
        Assert.Throws<WebhookVerificationException>(() => new StandardWebhook(secret).Verify(received.Body + " ", received.Headers));
        var audited = Assert.Single(await system.Api.GetAuditAsync(user, "user.roles_changed"));
        Assert.Equal(audited.GetProperty("id").GetString(), received.Id);
        var body = JsonSerializer.Deserialize<JsonElement>(received.Body);
        Assert.Equal("user.roles_changed", body.GetProperty("type").GetString());
        Assert.Equal(audited.GetProperty("occurred_at").GetString(), body.GetProperty("timestamp").GetString());
        Assert.Equal(
            ["occurred_at", "trace_id", "user_id"],
            [.. body.GetProperty("data").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)]);
        Assert.Equal(user, body.GetProperty("data").GetProperty("user_id").GetInt32());
        await system.WaitForDeliveryAsync(delivery => delivery.SentAt is not null);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task Events_contain_the_address_only_if_the_webhook_asks_for_it()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        await system.CreateAsync(receiver.Address, ["user.registered"], includeEmail: true);
        var email = ApiMoves.NewEmail();

        await system.Client.RegisterAsync(email);

        var body = JsonSerializer.Deserialize<JsonElement>((await receiver.WaitAsync(1))[0].Body);
        Assert.Equal(email, body.GetProperty("data").GetProperty("email").GetString());
    }

    [Fact]
    public async Task What_was_refused_and_what_nobody_asked_for_is_not_sent()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        var email = ApiMoves.NewEmail();
        await system.Client.RegisterAsync(email);
        await system.CreateAsync(receiver.Address, ["user.registered"]);

        using var taken = await system.Client.PostJsonAsync("/api/auth/register", new { email, password = ApiMoves.Password });
        await system.Client.LoginAsync(email);
        await system.Client.RegisterAsync(ApiMoves.NewEmail());

        await receiver.WaitAsync(1);
        await system.WaitForDeliveryAsync(delivery => delivery.SentAt is not null && delivery.EventType == "user.registered");
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_for_a_day()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        var (path, former) = await system.CreateAsync(receiver.Address, s_roles);
        using var rotated = await system.SendAsync(HttpMethod.Post, $"{path}/secret");
        var secret = (await rotated.ReadJsonAsync()).GetProperty("secret").GetString()!;

        await system.ChangeRolesAsync();
        var both = (await receiver.WaitAsync(1))[0];
        // A delivery that is not recorded yet would be repeated when the clock passes its lease.
        await system.WaitForDeliveryAsync(delivery => delivery.SentAt is not null);
        system.Api.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        using var last = await system.SendAsync(HttpMethod.Post, $"{path}/test");
        await receiver.WaitAsync(2);
        system.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var first = await system.SendAsync(HttpMethod.Post, $"{path}/test");
        var received = await receiver.WaitAsync(3);

        var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(both.Headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture));
        Assert.Equal(
            [new StandardWebhook(secret).Sign(both.Id, time, both.Body), new StandardWebhook(former).Sign(both.Id, time, both.Body)],
            both.Signatures);
        Assert.Equal([2, 2, 1], received.Select(one => one.Signatures.Length));
    }

    [Fact]
    public async Task A_failure_is_repeated_with_the_same_id_until_the_receiver_accepts()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        await system.CreateAsync(receiver.Address, s_roles);
        receiver.AnswerStatus(503);
        await system.ChangeRolesAsync();
        var failed = await system.WaitForDeliveryAsync(delivery => delivery.LastError is not null);
        receiver.AnswerStatus(204);

        system.Api.Clock.Advance(TimeSpan.FromSeconds(5));
        var sent = await system.WaitForDeliveryAsync(delivery => delivery.SentAt is not null);

        Assert.Equal("The receiver answered 503.", failed.LastError);
        Assert.Equal((503, "status 503"), (failed.ResponseStatus, failed.Response));
        Assert.InRange(failed.NextAttemptAt - failed.CreatedAt, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        Assert.Equal(2, sent.Attempts);
        Assert.Single(receiver.Received.Select(one => one.Id).Distinct(StringComparer.Ordinal));
        Assert.Single(receiver.Received.Select(one => one.Body).Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(429, "600", 600)]
    [InlineData(503, "1", 4)]
    [InlineData(503, "999999", 86_400)]
    public async Task Retry_After_is_honoured_within_a_day(int status, string retryAfter, int seconds)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        await system.CreateAsync(receiver.Address, s_roles);
        receiver.AnswerStatus(status, retryAfter);

        await system.ChangeRolesAsync();

        var failed = await system.WaitForDeliveryAsync(delivery => delivery.LastError is not null);
        Assert.InRange((failed.NextAttemptAt - failed.CreatedAt).TotalSeconds, seconds, seconds + 1);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        await system.CreateAsync(receiver.Address, s_roles);
        receiver.AnswerStatus(307);

        await system.ChangeRolesAsync();

        var failed = await system.WaitForDeliveryAsync(delivery => delivery.LastError is not null);
        Assert.Equal("The receiver answered 307.", failed.LastError);
        Assert.Equal("/hook", Assert.Single(receiver.Received).Path);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_delays_no_other_and_fails_after_15_seconds()
    {
        await using var slow = await WebhookReceiver.StartAsync();
        await using var quick = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        var (path, _) = await system.CreateAsync(slow.Address, s_roles);
        // Headers that never end: the slow-loris attack, by a receiver.
        slow.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        for (var number = 0; number < 10; number++)
            await system.ChangeRolesAsync();

        await slow.WaitAsync(4);
        await system.CreateAsync(quick.Address, s_roles);
        for (var number = 0; number < 10; number++)
            await system.ChangeRolesAsync();

        await quick.WaitAsync(10);
        Assert.Equal(4, slow.Received.Count);
        system.Api.Clock.Advance(TimeSpan.FromSeconds(15));
        await Eventually.IsTrueAsync(
            async () => (await system.ReadAsync($"{path}/deliveries?limit=100")).GetProperty("items").EnumerateArray()
                .Any(delivery => delivery.GetProperty("last_error").GetString() == "No answer in time."),
            "an attempt has failed");
    }

    [Fact]
    public async Task An_attempt_whose_success_was_not_recorded_is_repeated_with_the_same_id()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        await system.CreateAsync(receiver.Address, s_roles);
        await system.ChangeRolesAsync();
        var sent = await system.WaitForDeliveryAsync(delivery => delivery.SentAt is not null);
        // The row as a process leaves it that is killed between the answer and the record.
        await system.Api.WithDatabaseAsync(database => database.WebhookDeliveries.ExecuteUpdateAsync(row => row
            .SetProperty(delivery => delivery.SentAt, (DateTimeOffset?)null)
            .SetProperty(delivery => delivery.NextAttemptAt, system.Api.Clock.GetStoredNow() + WebhookDeliveryQueue.Lease)));

        system.Api.Clock.Advance(WebhookDeliveryQueue.Lease);
        await system.WaitForDeliveryAsync(delivery => delivery.SentAt is not null);

        Assert.Equal([sent.EventId, sent.EventId], receiver.Received.Select(one => Guid.Parse(one.Id, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Attempts_are_spread_over_three_days_and_then_the_delivery_is_abandoned()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var system = await WebhookMoves.StartAsync(kind);
        await system.CreateAsync(receiver.Address, s_roles);
        receiver.AnswerStatus(500);
        await system.ChangeRolesAsync();
        var attempts = 1;
        var delivery = await system.WaitForDeliveryAsync(one => one.Attempts == attempts && one.LastError is not null);
        var start = delivery.CreatedAt;

        while (delivery.AbandonedAt is null)
        {
            var next = delivery.NextAttemptAt;
            Assert.True(next <= start.AddDays(3));
            system.Api.Clock.Advance(next - system.Api.Clock.GetUtcNow());
            attempts++;
            delivery = await system.WaitForDeliveryAsync(one =>
                one.Attempts == attempts && (one.AbandonedAt is not null || one.NextAttemptAt > next + WebhookDeliveryQueue.Lease));
        }

        Assert.Equal(start.AddDays(3), delivery.AbandonedAt!.Value, TimeSpan.FromSeconds(1));
        Assert.InRange(attempts, 9, 11);
    }
}
