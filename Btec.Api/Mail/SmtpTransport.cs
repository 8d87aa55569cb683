using System.Net.Security;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Btec.Api.Mail;

/// <summary>Submits mails to the configured server, one a connection.</summary>
/// <param name="options">The server.</param>
/// <param name="validation">Judges the server's certificate in the place of the system's rules: for tests, which have an authority of
/// their own.</param>
internal sealed partial class SmtpTransport(IOptions<MailOptions> options, RemoteCertificateValidationCallback? validation = null) : IMailTransport
{
    /// <summary>A server that answered all the rest is asked to close the connection for this long.</summary>
    private static readonly TimeSpan QuitLimit = TimeSpan.FromSeconds(5);

    public bool Sends => true;

    public async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var client = await SubmitAsync(message, cancellationToken);
        // Accepted: what happens to the connection now must neither fail the mail nor delay the note that it was sent.
        _ = QuitAsync(client);
    }

    public void Announce(ILogger logger) => LogServer(logger, options.Value.Host, options.Value.EffectivePort, options.Value.Security);

    private async Task<SmtpClient> SubmitAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var (server, client) = (options.Value, new SmtpClient
        {
            ServerCertificateValidationCallback = validation,
            // As for .NET's HttpClient: where an authority's list cannot be fetched, mail would stand still.
            CheckCertificateRevocation = false,
        });
        try
        {
            await client.ConnectAsync(server.Host!, server.EffectivePort, ToSocketOptions(server.Security), cancellationToken);
            if (server is { UserName: { } user, Password: { } password })
                await client.AuthenticateAsync(user, password.Reveal(), cancellationToken);

            // The library would send it as it is, and what becomes of it is anybody's guess.
            if (message.To.Mailboxes.Any(IsBeyondAscii) && !client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
                throw new NotSupportedException("The server takes no address beyond ASCII (SMTPUTF8, RFC 6531).");

            await client.SendAsync(message, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>A domain has a form in ASCII; what is before the @ has none.</summary>
    private static bool IsBeyondAscii(MailboxAddress address) => !Ascii.IsValid(MailboxAddress.EncodeAddrspec(address.Address));

    private static SecureSocketOptions ToSocketOptions(MailSecurity security) => security switch
    {
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.None => SecureSocketOptions.None,
        _ => throw new ArgumentOutOfRangeException(nameof(security), security, "There is no such security."),
    };

    private static async Task QuitAsync(SmtpClient client)
    {
        using (client)
        {
            try
            {
                using var limit = new CancellationTokenSource(QuitLimit);
                await client.DisconnectAsync(quit: true, limit.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or MailKit.CommandException or MailKit.ProtocolException)
            {
                // The connection ends either way.
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Mails go to {Host}:{Port} ({Security}).")]
    private static partial void LogServer(ILogger logger, string? host, int port, MailSecurity security);
}
