using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>The keys derived from the configured secrets, each independent of the others (HKDF, RFC 5869). For each purpose, the key of
/// the current secret comes first, and only it is used for anything new; those of the previous secrets follow.</summary>
public sealed class DerivedKeys(IOptions<JwtOptions> options)
{
    /// <summary>The length of a key, in bytes: the output of SHA-256 and the key of AES-256.</summary>
    private const int Length = 32;

    /// <summary>The keys that derive the successors of refresh tokens.</summary>
    public IReadOnlyList<byte[]> RefreshTokens { get; } = Derive(options.Value, "btec refresh tokens 1");

    /// <summary>The keys that encrypt the private signing keys in the database.</summary>
    public IReadOnlyList<byte[]> SigningKeyEncryption { get; } = Derive(options.Value, "btec signing keys 1");

    /// <summary>The keys that authenticate the ends of the audit chains.</summary>
    public IReadOnlyList<byte[]> AuditEnds { get; } = Derive(options.Value, "btec audit ends 1");

    /// <summary>The keys that encrypt mails in the database until they are sent.</summary>
    public IReadOnlyList<byte[]> MailEncryption { get; } = Derive(options.Value, "btec outgoing mails 1");

    /// <summary>The keys that encrypt the secrets of authenticator applications.</summary>
    public IReadOnlyList<byte[]> TotpEncryption { get; } = Derive(options.Value, "btec totp secrets 1");

    /// <summary>The keys that encrypt the secrets of webhooks.</summary>
    public IReadOnlyList<byte[]> WebhookEncryption { get; } = Derive(options.Value, "btec webhook secrets 1");

    private static byte[][] Derive(JwtOptions options, string purpose) =>
    [
        .. options.ListSecrets().Select(secret => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, secret.GetBytes(), Length, info: Encoding.ASCII.GetBytes(purpose))),
    ];
}
