using MimeKit;

namespace Btec.Api.Mail;

/// <summary>The sender of all mails.</summary>
internal static class SenderAddress
{
    /// <summary>The sender if <c>Mail:From</c> is not set, which is allowed only in Development and without an SMTP
    /// server.</summary>
    private const string Default = "BTEC Backend <no-reply@localhost>";

    public static MailboxAddress Get(MailOptions options) => TryParse(options.From ?? Default)!;

    /// <summary>Returns the address, or <see langword="null"/> if the text is not exactly one address or contains control
    /// characters, which could inject a header.</summary>
    public static MailboxAddress? TryParse(string text) =>
        !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var parsed) && parsed.Domain.Length > 0 ? parsed : null;
}
