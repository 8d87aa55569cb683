using System.Net;
using Btec.Data.Accounts;
using Btec.Data.Keys;

namespace Btec.Api.Mail;

/// <summary>The settings under <c>Mail</c>.</summary>
internal sealed class MailOptions
{
    public const string SectionName = "Mail";

    /// <summary>The submission port with STARTTLS (RFC 6409 section 3.1).</summary>
    private const int SubmissionPort = 587;

    /// <summary>The submission port with TLS from the first byte (RFC 8314 section 3.3).</summary>
    private const int TlsSubmissionPort = 465;

    /// <summary>The host name of the SMTP server. Without one, no mail leaves the system.</summary>
    public string? Host { get; set => field = NullIfBlank(value); }

    /// <summary>The port of the SMTP server, from 1 to 65,535. The default depends on <see cref="Security"/>: 465 with
    /// <see cref="MailSecurity.Tls"/>, otherwise 587.</summary>
    public int? Port { get; set; }

    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    public string? UserName { get; set => field = NullIfBlank(value); }

    public Secret? Password { get; set; }

    /// <summary>The sender: <c>address</c> or <c>Name &lt;address&gt;</c>.</summary>
    public string? From { get; set => field = NullIfBlank(value); }

    /// <summary>The name by which the server is greeted (EHLO, RFC 5321 section 4.1.1.1). By default the host of
    /// <c>PublicUrl</c>.</summary>
    public string? LocalDomain { get; set => field = NullIfBlank(value); }

    /// <summary>The folder to which mails are written as files when there is no <see cref="Host"/>. Not allowed in
    /// Production.</summary>
    public string? PickupFolder { get; set => field = NullIfBlank(value); }

    /// <summary><see cref="LocalDomain"/> as it is sent, or <see langword="null"/> if it cannot be.</summary>
    internal string? Greeting =>
        IPAddress.TryParse(LocalDomain, out var address) ? address.ToString() : EmailDomain.ToAscii(LocalDomain ?? "");

    internal int EffectivePort => Port ?? (Security == MailSecurity.Tls ? TlsSubmissionPort : SubmissionPort);

    private static string? NullIfBlank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
