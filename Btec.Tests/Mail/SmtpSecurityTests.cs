using System.Net.Security;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Mail;

/// <summary>Protection of the connection to the SMTP server. The choice of database does not matter here.</summary>
public sealed class SmtpSecurityTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task With_a_trusted_certificate_mail_and_password_are_sent_over_TLS(string security)
    {
        using var certificate = _authority.Issue("localhost");
        await using var inbox = SmtpInbox.Start(certificate, tlsFromTheStart: security == "Tls", account: ("btec", "open sesame"));
        await using var api = await StartApiAsync(inbox, ("Mail:Security", security), ("Mail:UserName", "btec"), ("Mail:Password", "open sesame"));

        await api.AddMailAsync("ada@example.com");

        var mail = Assert.Single(await inbox.WaitForAsync(1));
        Assert.True(mail.IsEncrypted);
        Assert.Equal("btec", mail.Account);
    }

    [Fact]
    public async Task With_security_None_mail_is_sent_in_clear_text()
    {
        using var certificate = _authority.Issue("localhost");
        await using var inbox = SmtpInbox.Start(certificate);
        await using var api = await StartApiAsync(inbox, ("Mail:Security", "None"));

        await api.AddMailAsync("ada@example.com");

        Assert.False(Assert.Single(await inbox.WaitForAsync(1)).IsEncrypted);
    }

    [Theory]
    [InlineData("StartTls", true)]
    [InlineData("Tls", true)]
    [InlineData("StartTls", false)]
    [InlineData("Tls", false)]
    public async Task A_server_with_an_untrusted_certificate_or_one_for_another_name_gets_no_mail(string security, bool isKnown)
    {
        using var certificate = _authority.Issue(isKnown ? "mail.example.com" : "localhost");
        await using var inbox = SmtpInbox.Start(certificate, tlsFromTheStart: security == "Tls");
        await using var api = await StartApiAsync(inbox, isKnown, ("Mail:Security", security));

        var id = await api.AddMailAsync("ada@example.com");

        var row = await api.WaitForMailAsync(id, row => row.LastError is not null);
        Assert.Null(row.SentAt);
        Assert.Empty(inbox.Accepted);
    }

    [Fact]
    public async Task A_server_that_does_not_offer_STARTTLS_gets_no_mail()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await StartApiAsync(inbox, ("Mail:Security", "StartTls"));

        var id = await api.AddMailAsync("ada@example.com");

        await api.WaitForMailAsync(id, row => row.LastError is not null);
        Assert.Empty(inbox.Accepted);
    }

    [Fact]
    public async Task A_refused_password_is_retried_and_never_logged_or_stored()
    {
        using var certificate = _authority.Issue("localhost");
        using var logs = new CollectedLogs();
        await using var inbox = SmtpInbox.Start(certificate, account: ("btec", "another"));
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite,
            inbox.ToSettings(("Mail:Security", "StartTls"), ("Mail:UserName", "btec"), ("Mail:Password", "open sesame")),
            addServices: services => services.AddSingleton(_authority.Validation).AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(logs));

        var id = await api.AddMailAsync("ada@example.com");

        var row = await api.WaitForMailAsync(id, row => row.LastError is not null);
        Assert.Null(row.AbandonedAt);
        Assert.DoesNotContain("sesame", row.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain(logs.Lines, line => line.Contains("sesame", StringComparison.Ordinal)
            || line.Contains(MailMoves.Token, StringComparison.Ordinal)
            || (line.Contains("Btec.Api.Mail", StringComparison.Ordinal) && line.Contains("ada@", StringComparison.Ordinal)));
    }

    private Task<BtecApi> StartApiAsync(SmtpInbox inbox, params (string Name, string? Value)[] settings) =>
        StartApiAsync(inbox, isKnown: true, settings);

    private Task<BtecApi> StartApiAsync(SmtpInbox inbox, bool isKnown, params (string Name, string? Value)[] settings) => BtecApi.StartAsync(
        DatabaseKind.Sqlite,
        inbox.ToSettings(settings),
        addServices: services =>
        {
            if (isKnown)
                services.AddSingleton<RemoteCertificateValidationCallback>(_authority.Validation);
        });
}
