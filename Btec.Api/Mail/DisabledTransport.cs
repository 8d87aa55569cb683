using MimeKit;

namespace Btec.Api.Mail;

/// <summary>Sends nothing: mails wait for a server to be configured, and are given up after a day.</summary>
internal sealed partial class DisabledTransport(IHostEnvironment environment) : IMailTransport
{
    public bool Sends => false;

    public Task SendAsync(MimeMessage message, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Mail:Host is not set.");

    public void Announce(ILogger logger)
    {
        if (environment.IsProduction())
            LogNothing(logger);
    }

    [LoggerMessage(
        LogLevel.Warning, "Mail:Host is not set: no mail is sent. Password recovery and confirmations are accepted, but nobody gets them.")]
    private static partial void LogNothing(ILogger logger);
}
