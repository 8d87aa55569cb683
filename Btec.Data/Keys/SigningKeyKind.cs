using System.Security.Cryptography;
using Btec.Data.Model;

namespace Btec.Data.Keys;

/// <summary>The differences between the signing keys of one table and those of another.</summary>
public abstract class SigningKeyKind
{
    private static readonly P256KeyKind _p256 = new();
    private static readonly RsaKeyKind _rsa = new();

    /// <summary>The algorithm of the keys (RFC 7518 section 3.1).</summary>
    public abstract string Algorithm { get; }

    /// <summary>The first of the authenticated data of a row, different for each table, so that no row of one is trusted in
    /// another.</summary>
    internal abstract string Label { get; }

    /// <summary>Returns the kind of a table's rows.</summary>
    public static SigningKeyKind Of<TKey>()
        where TKey : StoredSigningKey => typeof(TKey) == typeof(RsaSigningKey) ? _rsa : _p256;

    /// <summary>Returns the kind of a row.</summary>
    public static SigningKeyKind Of(StoredSigningKey row) => row is RsaSigningKey ? _rsa : _p256;

    /// <summary>Generates a key.</summary>
    internal abstract AsymmetricAlgorithm Generate();

    /// <summary>Creates an object that imports a key.</summary>
    internal abstract AsymmetricAlgorithm CreateEmpty();

    /// <summary>Computes the JWK thumbprint: SHA-256 of the required members in lexicographic order (RFC 7638 section
    /// 3).</summary>
    internal abstract string ComputeThumbprint(AsymmetricAlgorithm key);

    /// <summary>Creates a row without its encrypted part.</summary>
    internal abstract StoredSigningKey CreateRow(NewSigningKey key);
}

/// <summary>The members of a new row, but for the encrypted one.</summary>
internal sealed record NewSigningKey(
    int Generation, string KeyId, byte[] PublicKey, DateTimeOffset CreatedAt, DateTimeOffset ActiveFrom, string RevokedKeyIds);
