using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Keys;

/// <summary>The creation, authentication and decryption of signing keys.</summary>
public sealed class SigningKeyVault(IReadOnlyList<byte[]> encryptionKeys)
{
    private readonly RowEncryption _box = new(encryptionKeys);

    /// <summary>Creates a P-256 key.</summary>
    /// <param name="revokedKeyIds">The ids of all keys that have been revoked.</param>
    public SigningKey Create(
        int generation, DateTimeOffset createdAt, DateTimeOffset activeFrom, IEnumerable<string> revokedKeyIds)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var row = new SigningKey
        {
            Generation = generation,
            KeyId = Thumbprint(key),
            PublicKey = key.ExportSubjectPublicKeyInfo(),
            EncryptedPrivateKey = [],
            CreatedAt = createdAt,
            ActiveFrom = activeFrom,
            RevokedKeyIds = string.Join(' ', revokedKeyIds.Order(StringComparer.Ordinal)),
        };
        row.EncryptedPrivateKey = Encrypt(key, SigningKeyContent.Write(row));
        return row;
    }

    /// <summary>Changes the time from which an authentic key signs.</summary>
    public void Reschedule(SigningKey row, DateTimeOffset activeFrom)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var key = Open(row) ?? throw new ArgumentException("The key is not authentic.", nameof(row));
        row.ActiveFrom = activeFrom;
        row.EncryptedPrivateKey = Encrypt(key, SigningKeyContent.Write(row));
    }

    /// <summary>Encrypts and authenticates anew, under the current secret, a key that was written under a previous one.</summary>
    /// <returns>Whether the row was changed.</returns>
    public bool Renew(SigningKey row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var renewed = _box.Renew(row.EncryptedPrivateKey, SigningKeyContent.Write(row))
            ?? _box.Renew(row.EncryptedPrivateKey, FirstVersionContent(row));
        row.EncryptedPrivateKey = renewed ?? row.EncryptedPrivateKey;
        return renewed is not null;
    }

    /// <summary>Decrypts the private key. Returns <see langword="null"/> if the row was not written under a configured secret as it
    /// is.</summary>
    public ECDsa? Open(SigningKey row) => Decrypt(row, SigningKeyContent.Write(row));

    /// <summary>Decrypts a private key of version 1.0, which authenticated no more than the id. Returns <see langword="null"/>
    /// if the row is of the current version, was written under a secret that is not configured, or has another public key.</summary>
    public ECDsa? OpenFirstVersion(SigningKey row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var key = Decrypt(row, FirstVersionContent(row));
        if (key is null || (row.RevokedKeyIds.Length == 0 && Thumbprint(key) == row.KeyId
            && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(row.PublicKey)))
            return key;

        key.Dispose();
        return null;
    }

    /// <summary>Returns whether the row was written under a configured secret as it is.</summary>
    public bool CanOpen(SigningKey row)
    {
        using var key = Open(row);
        return key is not null;
    }

    /// <summary>Returns whether the row was written under a configured secret by version 1.0.</summary>
    internal bool CanOpenFirstVersion(SigningKey row)
    {
        using var key = OpenFirstVersion(row);
        return key is not null;
    }

    private static byte[] FirstVersionContent(SigningKey row) => Encoding.ASCII.GetBytes(row.KeyId);

    private byte[] Encrypt(ECDsa key, byte[] associated)
    {
        var plain = key.ExportPkcs8PrivateKey();
        var content = _box.Seal(plain, associated);
        CryptographicOperations.ZeroMemory(plain);
        return content;
    }

    private ECDsa? Decrypt(SigningKey row, byte[] associated)
    {
        if (_box.Open(row.EncryptedPrivateKey, associated) is not { } plain)
            return null;

        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(plain, out _);
        CryptographicOperations.ZeroMemory(plain);
        return key;
    }

    /// <summary>Computes the JWK thumbprint: SHA-256 of the required members in lexicographic order (RFC 7638 section
    /// 3).</summary>
    private static string Thumbprint(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""")));
    }
}
