using Btec.Api.Mail;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Mail;

/// <summary>The metrics of mail delivery. The choice of database does not matter here.</summary>
public sealed class MailMetricTests
{
    [Fact]
    public async Task Sent_and_failed_mails_are_counted_and_the_age_of_the_queue_is_reported()
    {
        await using var inbox = SmtpInbox.Start();
        inbox.Script = (command, _) => Task.FromResult(command == "MAIL" ? "451 4.3.0 try later" : null);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());
        using var measured = Measurements.Of(api, name => name.StartsWith("btec.mails", StringComparison.Ordinal));

        var id = await api.AddMailAsync("ada@example.com");
        await api.WaitForMailAsync(id, row => row.LastError is not null);
        await measured.WaitForAsync("btec.mails.failed 1 template=ResetPassword reason=smtp_451");
        inbox.Script = (_, _) => Task.FromResult<string?>(null);
        api.Clock.Advance(TimeSpan.FromSeconds(2));
        await measured.WaitForAsync("btec.mails.queue.age 2");
        api.Clock.Advance(MailSender.PollPeriod);

        await measured.WaitForAsync("btec.mails.sent 1 template=ResetPassword");
        await measured.WaitForAsync("btec.mails.queue.age 0");
        Assert.DoesNotContain(measured.Lines, line => line.Contains('@', StringComparison.Ordinal));
    }
}
