using Btec.Data.Model;
using Btec.Data.Outbox;
using Btec.Tests.Infrastructure;
using MimeKit;

namespace Btec.Tests.Mail;

/// <summary>The content of the mails. The choice of database does not matter here.</summary>
public sealed class MailMessageTests
{
    public static TheoryData<MailTemplate, string?, string> Templates => new()
    {
        { MailTemplate.VerifyEmail, "/verify-email", "Confirm your e-mail address" },
        { MailTemplate.ConfirmNewEmail, "/confirm-email", "Confirm your new e-mail address" },
        { MailTemplate.EmailChangeRequested, null, "Your e-mail address is about to change" },
        { MailTemplate.EmailChanged, null, "Your e-mail address was changed" },
        { MailTemplate.ResetPassword, "/reset-password", "Set a new password" },
        { MailTemplate.PasswordChanged, null, "Your password was changed" },
        { MailTemplate.ConfirmRegistration, "/confirm-registration", "Confirm your registration" },
        { MailTemplate.AlreadyRegistered, null, "You already have an account" },
        { MailTemplate.Invitation, "/reset-password", "Your account at BTEC" },
        { MailTemplate.FactorAdded, null, "A second factor was added" },
        { MailTemplate.FactorRemoved, null, "A second factor was removed" },
        { MailTemplate.FactorsRemoved, null, "Your second factors were removed" },
        { MailTemplate.RecoveryCodesCreated, null, "New recovery codes were created" },
        { MailTemplate.RecoveryCodeUsed, null, "A recovery code was used" },
        { MailTemplate.RecoveryCodesLow, null, "Few recovery codes are left" },
        { MailTemplate.WrongCodes, null, "Wrong codes were entered" },
    };

    [Theory]
    [MemberData(nameof(Templates))]
    [Asvs("1.2.2")]
    public async Task Each_mail_has_the_same_content_in_text_and_HTML_with_its_link_and_code(MailTemplate template, string? path, string subject)
    {
        var values = new MailValues
        {
            Name = "Ada",
            Token = path is null ? null : MailMoves.Token,
            OtherAddress = "other@example.com",
            ValidFor = TimeSpan.FromHours(24),
        };

        var mail = await SendAsync("ada@example.com", template, values);

        Assert.Equal(subject, mail.Message.Subject);
        Assert.StartsWith("Hello Ada,\n\n", mail.Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("<p>Hello Ada,</p>", mail.Html, StringComparison.Ordinal);
        Assert.Contains("If this was not", mail.Text, StringComparison.Ordinal);
        Assert.Contains("If this was not", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", mail.Html, StringComparison.OrdinalIgnoreCase);
        var link = $"https://app.example.com{path}#token={MailMoves.Token}";
        foreach (var body in new[] { mail.Text, mail.Html })
        {
            Assert.Equal(path is not null, body.Contains(link, StringComparison.Ordinal));
            Assert.Equal(path is not null, body.Contains("24 hours", StringComparison.Ordinal));
            Assert.Equal(path is not null, body.Contains("enter this code in the app: ", StringComparison.Ordinal));
            Assert.Equal(path is null, !body.Contains("http", StringComparison.Ordinal));
            if (template is MailTemplate.EmailChangeRequested or MailTemplate.EmailChanged)
                Assert.Contains("other@example.com", body, StringComparison.Ordinal);
        }

        if (path is not null)
            Assert.Contains($"<a href=\"{link}\"", mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SecondFactorKind.Totp, "An authenticator app was added to your account at BTEC")]
    [InlineData(SecondFactorKind.Passkey, "A passkey was added to your account at BTEC")]
    public async Task The_mail_about_a_new_factor_says_of_which_kind_it_is(SecondFactorKind kind, string sentence)
    {
        var mail = await SendAsync("ada@example.com", MailTemplate.FactorAdded, new MailValues { Factor = kind });

        Assert.Contains(sentence, mail.Text, StringComparison.Ordinal);
        Assert.Contains(sentence, mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, "9 recovery codes are left.")]
    [InlineData(1, "One recovery code is left.")]
    [InlineData(0, "No recovery codes are left.")]
    public async Task The_mail_about_a_used_recovery_code_says_how_many_are_left(int left, string sentence)
    {
        var mail = await SendAsync("ada@example.com", MailTemplate.RecoveryCodeUsed, new MailValues { CodesLeft = left });

        Assert.Contains(sentence, mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_headers_name_sender_recipient_and_date_and_mark_the_mail_as_automatic()
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());

        var id = await api.AddMailAsync("ada@example.com");

        var mail = Assert.Single(await inbox.WaitForAsync(1));
        Assert.Equal("\"BTEC\" <no-reply@example.com>", mail.Message.From.ToString());
        Assert.Equal("ada@example.com", mail.Message.To.ToString());
        Assert.Equal($"{id:N}@example.com", mail.Message.MessageId);
        Assert.Equal(api.Clock.GetUtcNow(), mail.Message.Date, TimeSpan.FromSeconds(1));
        Assert.Equal("auto-generated", mail.Message.Headers["Auto-Submitted"]);
        Assert.Equal("<no-reply@example.com>", mail.Sender.Split(' ')[0]);
        Assert.Equal(
            "Auto-Submitted Content-Type Date From MIME-Version Message-Id Subject To",
            string.Join(' ', mail.Message.Headers.Concat(mail.Message.Body!.Headers).Select(header => header.Field).Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("<b>Ada</b> & \"Co\"", "Hello,")]
    [InlineData("<b>Ada & \"Co\"", "Hello &lt;b&gt;Ada &amp; &quot;Co&quot;,")]
    [InlineData("Ada Lovelace", "Hello Ada Lovelace,")]
    [InlineData("J. R. R. Tolkien", "Hello J. R. R. Tolkien,")]
    [InlineData("عائشة", "Hello عائشة,")]
    [InlineData("Ada 🦆", "Hello Ada &#129414;,")]
    [InlineData("Ada\r\nBcc: eve@example.com", "Hello,")]
    [InlineData("Win at https://evil.example", "Hello,")]
    [InlineData("Win at evil.example", "Hello,")]
    [InlineData("write to eve@evil.example", "Hello,")]
    [InlineData(null, "Hello,")]
    [InlineData("", "Hello,")]
    [Asvs("1.2.1", "1.3.11")]
    public async Task A_name_can_inject_nothing_into_the_mail(string? name, string greeting)
    {
        var mail = await SendAsync("ada@example.com", MailTemplate.PasswordChanged, new MailValues { Name = name });

        Assert.Contains($"<p>{greeting}", mail.Html, StringComparison.Ordinal);
        Assert.Equal("ada@example.com", mail.Message.To.ToString());
        Assert.Empty(mail.Message.Bcc);
        Assert.DoesNotContain("evil", mail.Html + mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    [Asvs("1.1.2", "1.2.1")]
    public async Task An_address_shown_in_the_mail_is_HTML_encoded()
    {
        var mail = await SendAsync(
            "ada@example.com", MailTemplate.EmailChanged, new MailValues { OtherAddress = "a'&b@exämple.com" });

        Assert.Contains("a'&b@exämple.com", mail.Text, StringComparison.Ordinal);
        Assert.Contains("a&#39;&amp;b@ex&#228;mple.com", mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada@bücher.example", "ada@xn--bcher-kva.example")]
    [InlineData("用户@例子.example", "用户@xn--fsqu00a.example")]
    [InlineData("josé@example.com", "josé@example.com")]
    [InlineData("o'hara+tag@example.com", "o'hara+tag@example.com")]
    [InlineData("a!#$%&'*/=?^_`{|}~@example.com", "a!#$%&'*/=?^_`{|}~@example.com")]
    public async Task Addresses_in_any_script_receive_their_mail(string address, string asSent)
    {
        var mail = await SendAsync(address, MailTemplate.PasswordChanged, new MailValues());

        Assert.Equal(asSent, mail.Recipient);
        Assert.Equal(address, Assert.IsType<MailboxAddress>(Assert.Single(mail.Message.To)).Address, ignoreCase: true);
    }

    [Theory]
    [InlineData("ada@example.com\r\nBcc: eve@evil.example")]
    [InlineData("ada@example.com\nRCPT TO:<eve@evil.example>")]
    [InlineData("ada@example.com>\r\nDATA")]
    [InlineData("ada@example.com, eve@evil.example")]
    [InlineData("ada@example.com eve@evil.example")]
    [InlineData("<ada@example.com>")]
    [InlineData("a b@example.com")]
    [InlineData("ada")]
    [Asvs("1.3.11")]
    public async Task A_recipient_that_is_not_a_single_address_receives_nothing(string recipient)
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());

        var id = await api.AddMailAsync(recipient);

        await api.WaitForMailAsync(id, row => row.LastError is not null || row.SentAt is not null);
        Assert.Empty(inbox.Accepted);
        Assert.NotNull((await api.FindMailAsync(id)).AbandonedAt);
    }

    [Fact]
    public async Task A_mail_to_a_non_ASCII_address_waits_if_the_server_lacks_SMTPUTF8()
    {
        await using var inbox = SmtpInbox.Start(speaksUtf8: false);
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());

        var id = await api.AddMailAsync("用户@example.com");

        var row = await api.WaitForMailAsync(id, row => row.LastError is not null);
        Assert.Null(row.AbandonedAt);
        Assert.Empty(inbox.Accepted);
    }

    private static async Task<ReceivedMail> SendAsync(string recipient, MailTemplate template, MailValues values)
    {
        await using var inbox = SmtpInbox.Start();
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, inbox.ToSettings());
        await api.AddMailAsync(recipient, template, values);
        return Assert.Single(await inbox.WaitForAsync(1));
    }
}
