using MimeKit;

namespace Btec.Api.Mail;

/// <summary>Where mails go: to an SMTP server, into a folder, or nowhere.</summary>
public interface IMailTransport
{
    /// <summary>Whether mails leave at all.</summary>
    bool Sends { get; }

    /// <summary>Hands over a message. When it returns the message was accepted; when it throws, most likely not.</summary>
    Task SendAsync(MimeMessage message, CancellationToken cancellationToken);

    /// <summary>Says once, at start, where mails go.</summary>
    void Announce(ILogger logger);
}
