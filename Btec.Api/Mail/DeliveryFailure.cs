using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Btec.Api.Mail;

/// <summary>Why a mail was not accepted.</summary>
/// <param name="Reason">A word for the log, the metrics and the audit; nothing of a person is in it.</param>
/// <param name="Text">The words of the server or the library; they may hold the recipient's address.</param>
/// <param name="IsPermanent">Trying again would not help.</param>
internal sealed record DeliveryFailure(string Reason, string Text, bool IsPermanent)
{
    public const string RecipientRefused = "recipient_refused";

    /// <summary>Mailbox unknown, moved, not allowed, or its domain takes no mail (RFC 5321 section 4.2.3, RFC 7504). Other 5xx, as 552
    /// for a full mailbox, 530 and 554, may be over tomorrow or are about us.</summary>
    private static readonly int[] NoSuchMailbox = [550, 551, 553, 556];

    public static DeliveryFailure From(Exception exception) => exception switch
    {
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } command when IsAboutTheRecipient(command) =>
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

    /// <summary>A 550 is also how a server says that it does not relay for us: a policy, X.7.X (RFC 3463 section 3.8), which an operator
    /// can mend.</summary>
    private static bool IsAboutTheRecipient(SmtpCommandException command) =>
        NoSuchMailbox.Contains((int)command.StatusCode)
        && !command.Message.Contains("5.7.", StringComparison.Ordinal)
        && !command.Message.Contains("relay", StringComparison.OrdinalIgnoreCase);

    private static string Describe(SmtpCommandException command) => $"{(int)command.StatusCode} {command.Message}";
}
