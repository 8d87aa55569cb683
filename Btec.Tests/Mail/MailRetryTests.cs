using Btec.Api.Mail;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Mail;

public abstract class MailRetryTests(DatabaseKind kind)
{
    /// <summary>The documented delays in seconds: doubled from 5 s up to an hour.</summary>
    private static readonly int[] Delays = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600];

    public sealed class OnSqlite() : MailRetryTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MailRetryTests(DatabaseKind.Postgres);

    [Fact]
    public async Task An_unreachable_server_is_retried_with_growing_delays_and_gets_the_mail_when_it_is_back()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());
        await inbox.CloseAsync();
        var id = await api.AddMailAsync("ada@example.com");

        for (var attempt = 1; attempt <= Delays.Length; attempt++)
        {
            var row = await WaitForFailureAsync(api, id, attempt);
            var delay = (row.NextAttemptAt - api.Clock.GetUtcNow()).TotalSeconds;
            Assert.InRange(delay, (Delays[attempt - 1] * 0.75) - 0.001, Delays[attempt - 1]);
            Assert.NotNull(row.SealedValues);
            api.Clock.Advance(TimeSpan.FromSeconds(delay) + MailSender.PollPeriod);
        }

        await WaitForFailureAsync(api, id, Delays.Length + 1);
        inbox.Open();
        api.Clock.Advance(TimeSpan.FromHours(1) + MailSender.PollPeriod);

        await inbox.WaitForAsync(1);
        var sent = await api.WaitForMailAsync(id, row => row.SentAt is not null);
        Assert.Null(sent.LastError);
        Assert.Null(sent.SealedValues);
    }

    [Fact]
    public async Task After_a_day_a_mail_is_abandoned_with_an_audit_event_and_its_secret_is_erased()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());
        await inbox.CloseAsync();
        var id = await api.AddMailAsync("ada@example.com", userId: 7);
        var created = api.Clock.GetUtcNow();

        // The clock moves between attempts only: an attempt that it overtakes times out.
        var row = await api.WaitForMailAsync(id, mail =>
        {
            if (mail.AbandonedAt is null && mail.NextAttemptAt > api.Clock.GetUtcNow() && !IsClaimed(api, mail))
                api.Clock.Advance(TimeSpan.FromMinutes(20));

            return mail.AbandonedAt is not null;
        });
        Assert.InRange(row.AbandonedAt!.Value - created, TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1), TimeSpan.FromHours(26));
        Assert.Null(row.SealedValues);
        Assert.Null(row.SentAt);
        Assert.Equal(
            [$"connection_failed | 7 | null | {{\"mail_id\":\"{id}\",\"template\":\"ResetPassword\",\"attempts\":{row.Attempts}}}"],
            await api.Database.ReadAsync("SELECT outcome, user_id, actor_id, details FROM audit_events WHERE type = 'mail.abandoned'"));
        inbox.Open();
        api.Clock.Advance(TimeSpan.FromHours(2));
        await api.AddMailAsync("bea@example.com");
        Assert.Equal("bea@example.com", Assert.Single(await inbox.WaitForAsync(1)).Recipient);
    }

    [Fact]
    public async Task A_mail_to_an_address_that_does_not_exist_is_abandoned_at_once()
    {
        await using var inbox = SmtpInbox.Start();
        inbox.Script = (command, _) => Task.FromResult(command == "RCPT" ? "550 5.1.1 <ada@example.com>: no such user" : null);
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());

        var id = await api.AddMailAsync("ada@example.com");

        var row = await api.WaitForMailAsync(id, row => row.AbandonedAt is not null);
        Assert.Equal(1, row.Attempts);
        Assert.Null(row.SealedValues);
        Assert.Contains("no such user", row.LastError, StringComparison.Ordinal);
        var audited = Assert.Single(await api.Database.ReadAsync(
            "SELECT outcome, details, address FROM audit_events WHERE type = 'mail.abandoned'"));
        Assert.StartsWith("recipient_refused | ", audited, StringComparison.Ordinal);
        Assert.DoesNotContain("ada@", audited, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_never_contains_the_token_in_clear()
    {
        await using var inbox = SmtpInbox.Start();
        // As a filter that inspects links might reply.
        inbox.Script = (command, _) => Task.FromResult(command == "CONTENT" ? $"554 5.6.0 no links to #token={MailMoves.Token}, thank you" : null);
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());
        await inbox.CloseAsync();
        var id = await api.AddMailAsync("ada@example.com");
        await WaitForFailureAsync(api, id, 1);
        await AssertNoTokenAsync(api);

        inbox.Open();
        api.Clock.Advance(TimeSpan.FromSeconds(10));
        var refused = await WaitForFailureAsync(api, id, 2);
        Assert.Equal("554 no links to #token=…, thank you", refused.LastError!.Replace("5.6.0 ", "", StringComparison.Ordinal));
        await AssertNoTokenAsync(api);

        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        api.Clock.Advance(TimeSpan.FromSeconds(15));
        await api.WaitForMailAsync(id, row => row.SentAt is not null);
        await AssertNoTokenAsync(api);
    }

    private static async Task AssertNoTokenAsync(BtecApi api)
    {
        var forms = StoredValues.FormsOf(MailMoves.Token);
        Assert.DoesNotContain(await StoredValues.ReadAllAsync(api), stored => StoredValues.ContainsAny(stored.Value, forms));
    }

    /// <summary>Waits until an attempt has failed. Until then the row holds the time at which the claim expires.</summary>
    private static Task<OutgoingMail> WaitForFailureAsync(BtecApi api, Guid id, int attempt) => api.WaitForMailAsync(
        id,
        row => row.Attempts == attempt && !IsClaimed(api, row));

    private static bool IsClaimed(BtecApi api, OutgoingMail row) =>
        (row.NextAttemptAt - api.Clock.GetUtcNow() - MailQueue.Lease).Duration() <= TimeSpan.FromMilliseconds(1);
}
