using Btec.Api.Mail;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Mail;

/// <summary>Two instances that share the outbox only through the database.</summary>
public abstract class MailInstancesTests(DatabaseKind kind)
{
    private const int Many = 200;

    public sealed class OnSqlite() : MailInstancesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : MailInstancesTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Two_instances_send_each_of_many_mails_once_even_if_some_attempts_fail(int oneIn)
    {
        await using var inbox = SmtpInbox.Start();
        var noise = new SeededNoise(1);
        inbox.Script = (command, _) => Task.FromResult(command == "RCPT" && Fails() ? "451 4.3.0 try later" : null);
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = new TestClock();
        await using var first = await BtecApi.StartInstanceAsync(database, clock, inbox.ToSettings());
        await using var second = await BtecApi.StartInstanceAsync(database, clock, inbox.ToSettings());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(stream => Task.Run(async () =>
        {
            for (var number = 0; number < Many / 4; number++)
                await (stream % 2 == 0 ? first : second).AddMailAsync($"user{stream}.{number}@example.com");
        })));
        await Eventually.IsTrueAsync(
            async () =>
            {
                var waiting = await first.WithDatabaseAsync(rows => rows.OutgoingMails.AsNoTracking()
                    .Where(mail => mail.SentAt == null).ToListAsync());
                // The clock stands still while a mail is being sent, so that no claim expires because this machine is slow.
                if (waiting.TrueForAll(mail => mail.NextAttemptAt - clock.GetUtcNow() < MailDelivery.SendLimit))
                    clock.Advance(MailSender.PollPeriod);

                return waiting.Count == 0;
            },
            "all mails are sent");

        Assert.Equal(Many, inbox.Accepted.Count);
        Assert.Equal(Many, inbox.Accepted.Select(mail => mail.Message.MessageId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Many, inbox.Accepted.Select(mail => mail.Recipient).Distinct(StringComparer.Ordinal).Count());
        if (oneIn == 0)
            Assert.Equal([$"{Many}"], await database.ReadAsync("SELECT sum(attempts) FROM outgoing_mails"));

        bool Fails()
        {
            lock (noise)
                return oneIn > 0 && noise.Below(oneIn) == 0;
        }
    }
}
