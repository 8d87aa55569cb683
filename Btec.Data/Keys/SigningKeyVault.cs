using System.Security.Cryptography;
using System.Text;
using Btec.Data.Model;

namespace Btec.Data.Keys;

/// <summary>The creation, authentication and decryption of signing keys.</summary>
public sealed class SigningKeyVault(IReadOnlyList<byte[]> encryptionKeys)
{
    private readonly RowEncryption _box = new(encryptionKeys);

    /// <summary>Creates a key.</summary>
    /// <param name="revokedKeyIds">The ids of all keys that have been revoked.</param>
    public TKey Create<TKey>(int generation, DateTimeOffset createdAt, DateTimeOffset activeFrom, IEnumerable<string> revokedKeyIds)
        where TKey : StoredSigningKey
    {
        var kind = SigningKeyKind.Of<TKey>();
        using var key = kind.Generate();
        var row = (TKey)kind.CreateRow(new NewSigningKey(
            generation, kind.ComputeThumbprint(key), key.ExportSubjectPublicKeyInfo(), createdAt, activeFrom,
            string.Join(' ', revokedKeyIds.Order(StringComparer.Ordinal))));
        row.EncryptedPrivateKey = Encrypt(key, SigningKeyContent.Write(row));
        return row;
    }

    /// <summary>Changes the time from which an authentic key signs.</summary>
    public void Reschedule(StoredSigningKey row, DateTimeOffset activeFrom)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var key = Open(row) ?? throw new ArgumentException("The key is not authentic.", nameof(row));
        row.ActiveFrom = activeFrom;
        row.EncryptedPrivateKey = Encrypt(key, SigningKeyContent.Write(row));
    }

    /// <summary>Encrypts and authenticates anew, under the current secret, a key that was written under a previous one.</summary>
    /// <returns><see langword="true"/> if the row was changed.</returns>
    public bool Renew(StoredSigningKey row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var renewed = _box.Renew(row.EncryptedPrivateKey, SigningKeyContent.Write(row));
        if (renewed is null && MayBeOfFirstVersion(row))
            renewed = _box.Renew(row.EncryptedPrivateKey, FirstVersionContent(row));

        row.EncryptedPrivateKey = renewed ?? row.EncryptedPrivateKey;
        return renewed is not null;
    }

    /// <summary>Decrypts the private key. Returns <see langword="null"/> if the row was not written under a configured secret as it
    /// is.</summary>
    public AsymmetricAlgorithm? Open(StoredSigningKey row) => Decrypt(row, SigningKeyContent.Write(row));

    /// <summary>Decrypts a private key of version 1.0, which authenticated no more than the id. Returns <see langword="null"/>
    /// if the row is of the current version, was written under a secret that is not configured, or has another public key.</summary>
    public AsymmetricAlgorithm? OpenFirstVersion(StoredSigningKey row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!MayBeOfFirstVersion(row) || Decrypt(row, FirstVersionContent(row)) is not { } key)
            return null;

        if (row.RevokedKeyIds.Length == 0 && SigningKeyKind.Of(row).ComputeThumbprint(key) == row.KeyId
            && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(row.PublicKey))
            return key;

        key.Dispose();
        return null;
    }

    /// <summary>Returns whether the row was written under a configured secret as it is.</summary>
    public bool CanOpen(StoredSigningKey row)
    {
        using var key = Open(row);
        return key is not null;
    }

    /// <summary>Returns whether the row was written under a configured secret by version 1.0.</summary>
    internal bool CanOpenFirstVersion(StoredSigningKey row)
    {
        using var key = OpenFirstVersion(row);
        return key is not null;
    }

    /// <summary>Version 1.0 had only P-256 keys.</summary>
    private static bool MayBeOfFirstVersion(StoredSigningKey row) => row is SigningKey;

    private static byte[] FirstVersionContent(StoredSigningKey row) => Encoding.ASCII.GetBytes(row.KeyId);

    private byte[] Encrypt(AsymmetricAlgorithm key, byte[] associated)
    {
        var plain = key.ExportPkcs8PrivateKey();
        var content = _box.Seal(plain, associated);
        CryptographicOperations.ZeroMemory(plain);
        return content;
    }

    private AsymmetricAlgorithm? Decrypt(StoredSigningKey row, byte[] associated)
    {
        if (_box.Open(row.EncryptedPrivateKey, associated) is not { } plain)
            return null;

        var key = SigningKeyKind.Of(row).CreateEmpty();
        key.ImportPkcs8PrivateKey(plain, out _);
        CryptographicOperations.ZeroMemory(plain);
        return key;
    }
}
