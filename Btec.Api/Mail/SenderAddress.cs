using MimeKit;

namespace Btec.Api.Mail;

/// <summary>Who mails come from.</summary>
internal static class SenderAddress
{
    /// <summary>Of mails that leave no developer's machine.</summary>
    private const string Default = "BTEC Backend <no-reply@localhost>";

    public static MailboxAddress Get(MailOptions options) => TryParse(options.From ?? Default)!;

    /// <summary><see langword="null"/>: it is not one address, or it would be two lines.</summary>
    public static MailboxAddress? TryParse(string text) =>
        !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var parsed) && parsed.Domain.Length > 0 ? parsed : null;
}
