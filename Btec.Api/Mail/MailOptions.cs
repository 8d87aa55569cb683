using Btec.Data.Keys;

namespace Btec.Api.Mail;

public sealed class MailOptions
{
    public const string SectionName = "Mail";

    /// <summary>Of submission over STARTTLS (RFC 6409 section 3.1).</summary>
    private const int SubmissionPort = 587;

    /// <summary>Of submission over TLS from the first byte (RFC 8314 section 3.3).</summary>
    private const int TlsSubmissionPort = 465;

    /// <summary>The SMTP server. Without one no mail leaves the system.</summary>
    public string? Host { get; set => field = NullIfBlank(value); }

    public int? Port { get; set; }

    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    public string? UserName { get; set => field = NullIfBlank(value); }

    public Secret? Password { get; set; }

    /// <summary>Who writes: <c>address</c>, or <c>Name &lt;address&gt;</c>.</summary>
    public string? From { get; set => field = NullIfBlank(value); }

    /// <summary>Outside Production and without a <see cref="Host"/>: the folder that mails are written to, as files.</summary>
    public string? PickupFolder { get; set => field = NullIfBlank(value); }

    internal int EffectivePort => Port ?? (Security == MailSecurity.Tls ? TlsSubmissionPort : SubmissionPort);

    private static string? NullIfBlank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}

/// <summary>How the connection to the SMTP server is protected.</summary>
public enum MailSecurity
{
    /// <summary>TLS after STARTTLS; a server that does not offer it gets no mail.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>Nothing: for a relay on the same machine or network.</summary>
    None,
}
