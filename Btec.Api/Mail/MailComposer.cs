using System.Text;
using Btec.Data.Accounts;
using Btec.Data.Model;
using Btec.Data.Outbox;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Btec.Api.Mail;

/// <summary>Composes the message of a mail. Every attempt composes the same message, except for its date.</summary>
internal sealed class MailComposer(IOptions<MailOptions> options, MailLinks links, TimeProvider clock)
{
    /// <exception cref="MimeKit.ParseException">The recipient is not a valid e-mail address.</exception>
    public MimeMessage Compose(OutgoingMail mail, MailValues values)
    {
        ArgumentNullException.ThrowIfNull(mail);
        ArgumentNullException.ThrowIfNull(values);
        var sender = SenderAddress.Get(options.Value);
        var site = sender.Name is { Length: > 0 } name ? name : links.GetBase().Authority;
        var text = MailText.For(mail.Template, site, values);
        var body = Fill(mail, values, text);

        var message = new MimeMessage();
        message.From.Add(sender);
        message.To.Add(ParseRecipient(mail.Recipient));
        message.Subject = text.Subject;
        message.Date = clock.GetUtcNow();
        // The same on every attempt, so that mail programs can recognize a mail that was sent twice.
        message.MessageId = $"{mail.Id:N}@{MailboxAddress.EncodeAddrspec(sender.Address).Split('@')[^1]}";
        // Keeps vacation responders from replying (RFC 3834 section 5).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Body = new BodyBuilder { TextBody = body.ToPlainText(), HtmlBody = body.ToHtml() }.ToMessageBody();
        return message;
    }

    /// <summary>Returns the recipient, in the one form in which addresses are stored, even if the mail was written before that
    /// form.</summary>
    private static MailboxAddress ParseRecipient(string recipient)
    {
        if (EmailAddress.FindFault(recipient) is { } fault)
            throw new ParseException(fault, 0, recipient.Length);

        var address = EmailAddress.Normalize(recipient);
        var parsed = new MailboxAddress(Encoding.UTF8, name: null, address);
        return parsed.Address == address
            ? parsed
            : throw new ParseException("The address is read as another one.", 0, recipient.Length);
    }

    private MailBody Fill(OutgoingMail mail, MailValues values, MailText text)
    {
        var path = MailLinks.FindPath(mail.Template);
        var link = path is null
            ? null
            : links.Build(path, values.Token ?? throw new InvalidOperationException($"The mail {mail.Template} has no token."));
        return new MailBody(Salutation.For(values.IsUnconfirmed ? null : values.Name), text, link, link is null ? null : values.Token, values.ValidFor);
    }
}
