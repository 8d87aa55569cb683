using Btec.Api.Mail;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Mail;

/// <summary>Faults of SMTP servers. The choice of database does not matter here.</summary>
public sealed class MailFaultTests
{
    [Theory]
    [InlineData("CONNECT", "421 4.3.2 too busy")]
    [InlineData("CONNECT", "554 5.7.1 go away")]
    [InlineData("CONNECT", "this is no SMTP")]
    [InlineData("CONNECT", "")]
    [InlineData("EHLO", "")]
    [InlineData("MAIL", "451 4.3.0 try later")]
    [InlineData("MAIL", "550 5.1.8 your sender is unknown")]
    [InlineData("MAIL", "")]
    [InlineData("RCPT", "450 4.2.1 greylisted")]
    [InlineData("RCPT", "550 5.7.1 relaying denied")]
    [InlineData("RCPT", "550 relay not permitted")]
    [InlineData("RCPT", "552 5.2.2 mailbox full")]
    [InlineData("RCPT", "530 5.7.0 authentication required")]
    [InlineData("RCPT", "")]
    [InlineData("DATA", "451 4.3.0 try later")]
    [InlineData("DATA", "")]
    [InlineData("CONTENT", "452 4.3.1 disk full")]
    [InlineData("CONTENT", "554 5.6.0 looks like spam")]
    [InlineData("CONTENT", "")]
    public async Task A_mail_that_is_not_accepted_is_retried_and_arrives_once(string command, string answer)
    {
        await using var inbox = SmtpInbox.Start();
        inbox.Script = (asked, _) => Task.FromResult(asked == command ? answer : null);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());
        var id = await api.AddMailAsync("ada@example.com");
        var failed = await api.WaitForMailAsync(id, row => row.LastError is not null);
        Assert.Null(failed.AbandonedAt);
        Assert.Empty(inbox.Accepted);

        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        api.Clock.Advance(TimeSpan.FromSeconds(10));

        await api.WaitForMailAsync(id, row => row.SentAt is not null);
        Assert.Single(inbox.Accepted);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData("CONTENT")]
    public async Task A_server_that_stops_responding_is_abandoned_after_a_minute(string command)
    {
        await using var inbox = SmtpInbox.Start();
        inbox.HoldAt(command, out var held);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());
        var id = await api.AddMailAsync("ada@example.com");
        await held;
        api.Clock.Advance(MailDelivery.SendLimit - TimeSpan.FromSeconds(1));
        Assert.Null((await api.FindMailAsync(id)).LastError);

        api.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("The server took too long.", (await api.WaitForMailAsync(id, row => row.LastError is not null)).LastError);
        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        api.Clock.Advance(TimeSpan.FromSeconds(10));
        await api.WaitForMailAsync(id, row => row.SentAt is not null);
        Assert.Single(inbox.Accepted);
    }

    [Theory]
    [InlineData("CONNECT", 1)]
    [InlineData("EHLO", 1)]
    [InlineData("MAIL", 1)]
    [InlineData("RCPT", 1)]
    [InlineData("DATA", 1)]
    [InlineData("CONTENT", 1)]
    [InlineData("ACCEPTED", 2)]
    public async Task A_killed_server_loses_no_mail_and_repeats_only_one_whose_acceptance_was_not_received(string command, int copies)
    {
        await using var inbox = SmtpInbox.Start();
        inbox.HoldAt(command, out var held);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());
        var id = await api.AddMailAsync("ada@example.com");
        await held;

        await inbox.CloseAsync();
        await api.WaitForMailAsync(id, row => row.LastError is not null);
        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        inbox.Open();
        api.Clock.Advance(TimeSpan.FromSeconds(10));

        await api.WaitForMailAsync(id, row => row.SentAt is not null);
        Assert.Equal(copies, inbox.Accepted.Count);
        Assert.Single(inbox.Accepted.Select(mail => mail.Message.MessageId).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_mail_is_marked_as_sent_although_the_server_is_slow_to_answer_QUIT()
    {
        await using var inbox = SmtpInbox.Start();
        inbox.HoldAt("QUIT", out var held);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());

        var id = await api.AddMailAsync("ada@example.com");

        await held;
        await api.WaitForMailAsync(id, row => row.SentAt is not null);
    }

    [Fact]
    public async Task A_slow_mail_does_not_delay_others()
    {
        await using var inbox = SmtpInbox.Start();
        inbox.HoldAt("CONTENT", out var held);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());
        await api.AddMailAsync("slow@example.com");
        await held;
        inbox.Script = (_, _) => Task.FromResult<string?>(null);

        await api.AddMailAsync("ada@example.com");

        Assert.Equal("ada@example.com", Assert.Single(await inbox.WaitForAsync(1)).Recipient);
    }
}
