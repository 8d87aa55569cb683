using Btec.Api.Mail;
using Btec.Data.Audit;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Mail;

public abstract class MailDeliveryTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : MailDeliveryTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MailDeliveryTests(DatabaseKind.Postgres);

    [Fact]
    public async Task A_mail_is_sent_as_soon_as_it_is_committed_and_its_secret_is_erased()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());

        // The clock stands still, so only the commit can wake the sender.
        var id = await api.AddMailAsync("ada@example.com");

        var mail = Assert.Single(await inbox.WaitForAsync(1));
        Assert.Equal("ada@example.com", mail.Recipient);
        Assert.StartsWith($"{id:N}@", mail.Message.MessageId, StringComparison.Ordinal);
        var row = await api.WaitForMailAsync(id, row => row.SentAt is not null);
        Assert.Equal(api.Clock.GetUtcNow(), row.SentAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Null(row.SealedValues);
        Assert.Equal(1, row.Attempts);
    }

    [Fact]
    public async Task A_mail_committed_by_another_process_is_sent_within_5_seconds()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());

        var id = await api.Database.AddMailAsync(api.Clock, "ada@example.com");
        await api.Clock.PassUntilAsync(() => Task.FromResult(inbox.Accepted.Count == 1), MailSender.PollPeriod);

        await api.WaitForMailAsync(id, row => row.SentAt is not null);
    }

    [Fact]
    public async Task A_mail_that_is_rolled_back_is_not_sent()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());
        await using (var scope = api.Services.CreateAsyncScope())
        {
            var services = scope.ServiceProvider;
            await Assert.ThrowsAsync<InvalidDataException>(() => services.GetRequiredService<AuditTrail>().CommitAsync<bool>(
                (_, _) =>
                {
                    services.GetRequiredService<MailOutbox>().Add(MailTemplate.PasswordChanged, "nobody@example.com", new MailValues());
                    throw new InvalidDataException("The flow fails.");
                },
                TestContext.Current.CancellationToken));
        }

        await api.AddMailAsync("ada@example.com");

        Assert.Equal("ada@example.com", Assert.Single(await inbox.WaitForAsync(1)).Recipient);
    }

    [Fact]
    public async Task A_mail_added_in_a_transaction_is_sent_when_it_commits()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(kind, inbox.ToSettings());
        await using var scope = api.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;

        await services.GetRequiredService<AuditTrail>().CommitAsync(
            (batch, _) =>
            {
                services.GetRequiredService<MailOutbox>().Add(MailTemplate.PasswordChanged, "ada@example.com", new MailValues());
                batch.Record(AuditTypes.PasswordChanged, userId: 1, actorId: 1, origin: null);
                return Task.FromResult(true);
            },
            TestContext.Current.CancellationToken);

        Assert.Single(await inbox.WaitForAsync(1));
    }
}
