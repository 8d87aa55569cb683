using Btec.Api.Mail;
using Btec.Tests.Infrastructure;
using Npgsql;

namespace Btec.Tests.Mail;

/// <summary>Outages of the database during delivery, which SQLite does not have.</summary>
public sealed class MailOutageTests
{
    [Fact]
    public async Task A_mail_accepted_during_an_outage_is_marked_as_sent_afterwards_and_not_sent_again()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var port = FreePort.Find();
        var route = TcpForwarder.To(address.Host!, address.Port, port);
        var clock = new TestClock();
        await using var inbox = SmtpInbox.Start();
        inbox.Script = async (command, _) =>
        {
            if (command == "CONTENT")
                await route.DisposeAsync();

            return null;
        };
        var forwarded = new NpgsqlConnectionStringBuilder(address.ConnectionString) { Host = "127.0.0.1", Port = port };
        var settings = inbox.ToSettings(("ConnectionStrings:btecdb", forwarded.ToString()));
        await using var api = await BtecApi.StartInstanceAsync(database, clock, settings);
        await database.AddMailAsync(clock, "ada@example.com");
        clock.Advance(MailSender.PollPeriod);
        await inbox.WaitForAsync(1);

        // The outage lasts half a minute, in which the sender also polls for other mails.
        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        for (var second = 0; second < 30; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        Assert.Equal(["1"], await database.ReadAsync("SELECT count(*) FROM outgoing_mails WHERE sent_at IS NULL"));
        await using var back = TcpForwarder.To(address.Host!, address.Port, port);
        await database.AddMailAsync(clock, "bea@example.com");
        for (var second = 0; second < 60 && await CountSentAsync(database) < 2; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }

        await Eventually.IsTrueAsync(async () => await CountSentAsync(database) == 2, "both mails are marked as sent");
        Assert.Equal("ada@example.com bea@example.com", string.Join(' ', inbox.Accepted.Select(mail => mail.Recipient)));
    }

    private static async Task<int> CountSentAsync(TestDatabase database) =>
        (await database.ReadAsync("SELECT id FROM outgoing_mails WHERE sent_at IS NOT NULL")).Count;
}
