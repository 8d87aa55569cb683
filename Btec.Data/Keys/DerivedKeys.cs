using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>Keys for other uses out of the one configured secret, each independent of the others (RFC 5869).</summary>
public sealed class DerivedKeys(IOptions<JwtOptions> options)
{
    /// <summary>Bytes: as many as SHA-256 gives, and AES-256 takes.</summary>
    private const int Length = 32;

    /// <summary>Derives the successors of refresh tokens.</summary>
    public byte[] RefreshTokens { get; } = Derive(options.Value, "btec refresh tokens 1");

    /// <summary>Encrypts the private signing keys in the database.</summary>
    public byte[] SigningKeyEncryption { get; } = Derive(options.Value, "btec signing keys 1");

    /// <summary>Encrypts mails in the database until they have been sent.</summary>
    public byte[] MailEncryption { get; } = Derive(options.Value, "btec outgoing mails 1");

    private static byte[] Derive(JwtOptions options, string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, options.SigningKey!.GetBytes(), Length, info: Encoding.ASCII.GetBytes(purpose));
}
