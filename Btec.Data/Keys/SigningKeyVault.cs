using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Keys;

/// <summary>The creation and decryption of signing keys.</summary>
public sealed class SigningKeyVault(byte[] encryptionKey)
{
    private readonly RowEncryption _box = new(encryptionKey);

    /// <summary>Creates a P-256 key.</summary>
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

    /// <summary>Decrypts the private key. Returns <see langword="null"/> if it was encrypted under another secret.</summary>
    public ECDsa? Open(SigningKey stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (_box.Open(stored.EncryptedPrivateKey, stored.KeyId) is not { } plain)
            return null;

        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(plain, out _);
        CryptographicOperations.ZeroMemory(plain);
        return key;
    }

    /// <summary>Returns whether the key was encrypted under this secret.</summary>
    public bool CanOpen(SigningKey stored)
    {
        using var key = Open(stored);
        return key is not null;
    }

    private byte[] Encrypt(byte[] plain, string id)
    {
        var content = _box.Seal(plain, id);
        CryptographicOperations.ZeroMemory(plain);
        return content;
    }

    /// <summary>Computes the JWK thumbprint: SHA-256 of the required members in lexicographic order (RFC 7638 section
    /// 3).</summary>
    private static string Thumbprint(ECPoint point) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
        $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""")));
}
