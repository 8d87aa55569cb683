using MimeKit;

namespace Btec.Api.Mail;

/// <summary>The destination of mails: an SMTP server, a folder, or none.</summary>
internal interface IMailTransport
{
    /// <summary>Gets a value indicating whether mails are sent. Otherwise they stay in the outbox.</summary>
    bool Sends { get; }

    /// <summary>Submits a message. Returns once the message was accepted. An exception means that it most likely was
    /// not.</summary>
    Task SendAsync(MimeMessage message, CancellationToken cancellationToken);

    /// <summary>Logs the destination of mails, once, at start-up.</summary>
    void Announce(ILogger logger);
}
