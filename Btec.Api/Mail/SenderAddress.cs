using Btec.Data.Accounts;
using MimeKit;

namespace Btec.Api.Mail;

/// <summary>The sender of all mails.</summary>
internal static class SenderAddress
{
    /// <summary>The sender if <c>Mail:From</c> is not set, which is allowed only in Development and without an SMTP
    /// server.</summary>
    private const string Default = "BTEC Backend <no-reply@localhost>";

    public static MailboxAddress Get(MailOptions options) => TryParse(options.From ?? Default)!;

    /// <summary>Returns the address with its domain in ASCII, or <see langword="null"/> if the text is not exactly one address or
    /// contains control characters, which could inject a header. The part before the @ stays as it is, because some servers compare
    /// it with the senders that they allow.</summary>
    public static MailboxAddress? TryParse(string text)
    {
        using var domains = SentDomains.Keep();
        return !text.Any(char.IsControl)
            && MailboxAddress.TryParse(text, out var parsed)
            && parsed.LocalPart is { Length: > 0 } local
            && EmailDomain.ToAscii(parsed.Domain) is { } domain
                ? new MailboxAddress(parsed.Name, $"{local}@{domain}")
                : null;
    }
}
