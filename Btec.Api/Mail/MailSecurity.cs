namespace Btec.Api.Mail;

/// <summary>The protection of the connection to the SMTP server.</summary>
internal enum MailSecurity
{
    /// <summary>TLS after STARTTLS. No mail is sent to a server that does not offer it.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>No encryption, for a relay on the same machine or network.</summary>
    None,
}
