using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Mail;

/// <summary>Addresses and greetings as the SMTP server receives them. The choice of database does not matter here.</summary>
public sealed class MailWireTests
{
    [Theory]
    [InlineData("BTEC <no-reply@bücher.example>", "ada@example.com", "<no-reply@xn--bcher-kva.example>", "ada@example.com", false)]
    [InlineData("no-reply@xn--bcher-kva.example", "ada@example.com", "<no-reply@xn--bcher-kva.example>", "ada@example.com", false)]
    [InlineData("No-Reply@BÜCHER.example", "ada@example.com", "<No-Reply@xn--bcher-kva.example>", "ada@example.com", false)]
    [InlineData("no-reply@example.com", "ada@münchen.example", "<no-reply@example.com>", "ada@xn--mnchen-3ya.example", false)]
    [InlineData("no-reply@example.com", "ada@xn--mnchen-3ya.example", "<no-reply@example.com>", "ada@xn--mnchen-3ya.example", false)]
    [InlineData("no-reply@example.com", "xn--mnchen-3ya@example.com", "<no-reply@example.com>", "xn--mnchen-3ya@example.com", false)]
    [InlineData("no-reply@example.com", "用户@example.com", "<no-reply@example.com>", "用户@example.com", true)]
    [InlineData("no-reply@bücher.example", "用户@münchen.example", "<no-reply@xn--bcher-kva.example>", "用户@xn--mnchen-3ya.example", true)]
    [InlineData("büro@bücher.example", "ada@example.com", "<büro@xn--bcher-kva.example>", "ada@example.com", true)]
    public async Task Domains_are_sent_in_ASCII_and_SMTPUTF8_is_asked_for_only_where_it_is_needed(
        string from, string recipient, string sender, string sentTo, bool needsUtf8)
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings(("Mail:From", from)));

        await api.AddMailAsync(recipient);

        var mail = Assert.Single(await inbox.WaitForAsync(1));
        Assert.Equal(sentTo, mail.Recipient);
        Assert.Equal(sender, mail.Sender.Split(' ')[0]);
        Assert.Equal(needsUtf8, mail.Sender.Contains("SMTPUTF8", StringComparison.Ordinal));
        var headers = Encoding.UTF8.GetString(mail.Raw).Split("\r\n\r\n")[0];
        Assert.Contains($"To: {sentTo}", headers, StringComparison.Ordinal);
        Assert.Contains(sender.Trim('<', '>'), headers, StringComparison.Ordinal);
        Assert.DoesNotContain("bücher", headers, StringComparison.Ordinal);
        Assert.DoesNotContain("münchen", headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_SMTPUTF8_gets_mails_to_and_from_domains_in_any_script()
    {
        await using var inbox = SmtpInbox.Start(speaksUtf8: false);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings(("Mail:From", "no-reply@bücher.example")));

        await api.AddMailAsync("ada@münchen.example");

        Assert.Equal("ada@xn--mnchen-3ya.example", Assert.Single(await inbox.WaitForAsync(1)).Recipient);
    }

    [Theory]
    [InlineData("https://app.example.com/auth", null, "app.example.com")]
    [InlineData("https://bücher.example", null, "xn--bcher-kva.example")]
    [InlineData("https://192.0.2.7", null, "[192.0.2.7]")]
    [InlineData("https://[2001:db8::7]", null, "[IPv6:2001:db8::7]")]
    [InlineData("https://app.example.com", "mail.example.net", "mail.example.net")]
    [InlineData("https://app.example.com", "MÜNCHEN.example", "xn--mnchen-3ya.example")]
    [InlineData("https://app.example.com", "192.0.2.9", "[192.0.2.9]")]
    public async Task The_server_is_greeted_by_the_local_domain_or_else_by_the_host_of_the_public_URL(
        string publicUrl, string? localDomain, string greeting)
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, inbox.ToSettings(("PublicUrl", publicUrl), ("Mail:LocalDomain", localDomain)));

        await api.AddMailAsync("ada@example.com");

        Assert.Equal(greeting, Assert.Single(await inbox.WaitForAsync(1)).Greeting);
    }
}
