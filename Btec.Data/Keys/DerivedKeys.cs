using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>The keys derived from the configured secret, each independent of the others (HKDF, RFC 5869).</summary>
public sealed class DerivedKeys(IOptions<JwtOptions> options)
{
    /// <summary>The length of a key, in bytes: the output of SHA-256 and the key of AES-256.</summary>
    private const int Length = 32;

    /// <summary>The key that derives the successors of refresh tokens.</summary>
    public byte[] RefreshTokens { get; } = Derive(options.Value, "btec refresh tokens 1");

    /// <summary>The key that encrypts the private signing keys in the database.</summary>
    public byte[] SigningKeyEncryption { get; } = Derive(options.Value, "btec signing keys 1");

    /// <summary>The key that authenticates the ends of the audit chains.</summary>
    public byte[] AuditEnds { get; } = Derive(options.Value, "btec audit ends 1");

    /// <summary>The key that encrypts mails in the database until they are sent.</summary>
    public byte[] MailEncryption { get; } = Derive(options.Value, "btec outgoing mails 1");

    /// <summary>The key that encrypts the secrets of authenticator applications.</summary>
    public byte[] TotpEncryption { get; } = Derive(options.Value, "btec totp secrets 1");

    private static byte[] Derive(JwtOptions options, string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, options.SigningKey!.GetBytes(), Length, info: Encoding.ASCII.GetBytes(purpose));
}
