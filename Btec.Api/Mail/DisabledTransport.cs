using MimeKit;

namespace Btec.Api.Mail;

/// <summary>The transport when no SMTP server is configured. Mails stay in the outbox and are abandoned after a day.</summary>
internal sealed partial class DisabledTransport(IHostEnvironment environment) : IMailTransport
{
    public bool Sends => false;

    public Task SendAsync(MimeMessage message, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Mail:Host is not set.");

    public void Announce(ILogger logger)
    {
        if (environment.IsProduction())
            LogDisabled(logger);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Mail:Host is not set, so no mail is sent. Users who confirm an address or recover a password receive no link.")]
    private static partial void LogDisabled(ILogger logger);
}
