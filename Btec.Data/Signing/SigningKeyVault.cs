using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Entities;

namespace Btec.Data.Signing;

/// <summary>Makes signing keys, and opens them with the configured secret.</summary>
/// <remarks>AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D section 8.2.2), bound to the key's id, so that no two rows
/// can be exchanged. Layout: nonce, ciphertext, tag.</remarks>
public sealed class SigningKeyVault(byte[] encryptionKey)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>A new P-256 key.</summary>
    public SigningKey Create(int generation, DateTimeOffset createdAt, DateTimeOffset activeFrom)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Thumbprint(key.ExportParameters(includePrivateParameters: false).Q);
        return new SigningKey
        {
            Generation = generation,
            KeyId = id,
            PublicKey = key.ExportSubjectPublicKeyInfo(),
            EncryptedPrivateKey = Encrypt(key.ExportPkcs8PrivateKey(), id),
            CreatedAt = createdAt,
            ActiveFrom = activeFrom,
        };
    }

    /// <summary>The private key, or <see langword="null"/> if it was encrypted under another secret.</summary>
    public ECDsa? Open(SigningKey stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var sealedKey = stored.EncryptedPrivateKey.AsSpan();
        if (sealedKey.Length <= NonceBytes + TagBytes)
            return null;

        var plain = new byte[sealedKey.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(encryptionKey, TagBytes);
            aes.Decrypt(
                sealedKey[..NonceBytes], sealedKey[NonceBytes..^TagBytes], sealedKey[^TagBytes..], plain, Encoding.ASCII.GetBytes(stored.KeyId));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(plain, out _);
        CryptographicOperations.ZeroMemory(plain);
        return key;
    }

    /// <summary>Whether the key was encrypted under this secret.</summary>
    public bool CanOpen(SigningKey stored)
    {
        using var key = Open(stored);
        return key is not null;
    }

    private byte[] Encrypt(byte[] plain, string id)
    {
        var result = new byte[NonceBytes + plain.Length + TagBytes];
        var span = result.AsSpan();
        RandomNumberGenerator.Fill(span[..NonceBytes]);
        using var aes = new AesGcm(encryptionKey, TagBytes);
        aes.Encrypt(span[..NonceBytes], plain, span[NonceBytes..^TagBytes], span[^TagBytes..], Encoding.ASCII.GetBytes(id));
        CryptographicOperations.ZeroMemory(plain);
        return result;
    }

    /// <summary>RFC 7638 section 3: SHA-256 of the required members in lexicographic order without white space.</summary>
    private static string Thumbprint(ECPoint point) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
        $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""")));
}
