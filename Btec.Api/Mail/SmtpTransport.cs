using System.Net.Security;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Btec.Api.Mail;

/// <summary>The transport that submits mails to the configured SMTP server, each over its own connection.</summary>
/// <param name="validation">Replaces the system's validation of the server certificate. Tests use it, because they have their own
/// certificate authority.</param>
internal sealed partial class SmtpTransport(
    IOptions<MailOptions> options, MailLinks links, RemoteCertificateValidationCallback? validation = null) : IMailTransport
{
    /// <summary>The time limit of the QUIT command after the mail was accepted.</summary>
    private static readonly TimeSpan QuitTimeout = TimeSpan.FromSeconds(5);

    public bool Sends => true;

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var client = await SubmitAsync(message, cancellationToken);
        // The mail was accepted. Closing the connection must neither fail it nor delay the record that it was sent.
        _ = QuitAsync(client);
    }

    public void Announce(ILogger logger) =>
        LogServer(logger, options.Value.Host, options.Value.EffectivePort, options.Value.Security);

    private async Task<SmtpClient> SubmitAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var server = options.Value;
        var client = new SmtpClient
        {
            ServerCertificateValidationCallback = validation,
            // The same default as HttpClient. With it, an unreachable revocation list would stop all mail.
            CheckCertificateRevocation = false,
            LocalDomain = server.Greeting ?? links.GetBase().IdnHost,
        };
        try
        {
            await client.ConnectAsync(server.Host!, server.EffectivePort, ToSocketOptions(server.Security), cancellationToken);
            if (server is { UserName: { } user, Password: { } password })
                await client.AuthenticateAsync(user, password.Reveal(), cancellationToken);

            // MailKit would send the address unencoded, and servers without SMTPUTF8 handle that unpredictably.
            if (message.To.Mailboxes.Concat(message.From.Mailboxes).Any(NeedsSmtpUtf8)
                && !client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
                throw new NotSupportedException("The server does not support non-ASCII addresses (SMTPUTF8, RFC 6531).");

            await client.SendAsync(message, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Returns whether the part before the @ is non-ASCII: domains are in ASCII (<see cref="SentDomains"/>).</summary>
    private static bool NeedsSmtpUtf8(MailboxAddress address) => !Ascii.IsValid(address.Address);

    private static SecureSocketOptions ToSocketOptions(MailSecurity security) => security switch
    {
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.None => SecureSocketOptions.None,
        _ => throw new ArgumentOutOfRangeException(nameof(security), security, "The value is not defined."),
    };

    private static async Task QuitAsync(SmtpClient client)
    {
        using (client)
        {
            try
            {
                using var timeout = new CancellationTokenSource(QuitTimeout);
                await client.DisconnectAsync(quit: true, timeout.Token);
            }
            catch (Exception exception) when (
                exception is IOException or OperationCanceledException or CommandException or ProtocolException)
            {
                // Disposing the client closes the connection.
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Mails are sent through {Host}:{Port} ({Security}).")]
    private static partial void LogServer(ILogger logger, string? host, int port, MailSecurity security);
}
