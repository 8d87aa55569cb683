using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Btec.Api.Mail;

/// <summary>The reason why a mail was not accepted.</summary>
/// <param name="Reason">A code for the log, the metrics and the audit. It contains no personal data.</param>
/// <param name="Text">The message of the server or the library. It may contain the recipient's address or the token.</param>
/// <param name="IsPermanent"><see langword="true"/> if a retry cannot succeed.</param>
internal sealed record DeliveryFailure(string Reason, string Text, bool IsPermanent)
{
    public const string RecipientRefused = "recipient_refused";

    /// <summary>The replies that reject the recipient for good: mailbox unknown, moved or not allowed, or a domain that accepts
    /// no mail (RFC 5321 section 4.2.3, RFC 7504). Others, such as 552 for a full mailbox, 530 and 554, can be temporary or
    /// concern the sender.</summary>
    private static readonly int[] NoSuchMailbox = [550, 551, 553, 556];

    /// <summary>Returns only the reason, because the text may contain secrets.</summary>
    public override string ToString() => Reason;

    public static DeliveryFailure From(Exception exception) => exception switch
    {
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } command when RejectsRecipient(command) =>
            new(RecipientRefused, Describe(command), IsPermanent: true),
        SmtpCommandException command => new($"smtp_{(int)command.StatusCode}", Describe(command), IsPermanent: false),
        ParseException => new("recipient_malformed", exception.Message, IsPermanent: true),
        AuthenticationException => new("authentication_failed", exception.Message, IsPermanent: false),
        SslHandshakeException => new("tls_failed", exception.Message.Split('\n')[0], IsPermanent: false),
        OperationCanceledException or TimeoutException => new("timed_out", "The server took too long.", IsPermanent: false),
        ProtocolException or IOException or SocketException => new("connection_failed", exception.Message, IsPermanent: false),
        NotSupportedException => new("not_supported", exception.Message, IsPermanent: false),
        _ => new("internal_error", $"{exception.GetType().Name}: {exception.Message}", IsPermanent: false),
    };

    /// <summary>Returns whether the reply rejects the recipient rather than the sender. Servers also answer 550 when they refuse
    /// to relay, with a policy status of X.7.X (RFC 3463 section 3.8). An operator can fix that, so it is not
    /// permanent.</summary>
    private static bool RejectsRecipient(SmtpCommandException command) =>
        NoSuchMailbox.Contains((int)command.StatusCode)
        && !command.Message.Contains("5.7.", StringComparison.Ordinal)
        && !command.Message.Contains("relay", StringComparison.OrdinalIgnoreCase);

    private static string Describe(SmtpCommandException command) => $"{(int)command.StatusCode} {command.Message}";
}
