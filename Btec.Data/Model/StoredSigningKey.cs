namespace Btec.Data.Model;

/// <summary>The row of a key that signs tokens.</summary>
public abstract class StoredSigningKey
{
    /// <summary>The number of the key, counted from 1. If two instances create the next key at once, one of them fails on
    /// it.</summary>
    public required int Generation { get; init; }

    /// <summary>The JWK thumbprint of the public key, base64url (RFC 7638).</summary>
    public required string KeyId { get; init; }

    /// <summary>The public key as SubjectPublicKeyInfo (RFC 5480).</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The private key as PKCS #8, encrypted under the configured secret, which authenticates the other members
    /// too.</summary>
    public required byte[] EncryptedPrivateKey { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time from which the key signs tokens. It is published from its creation.</summary>
    public required DateTimeOffset ActiveFrom { get; set; }

    /// <summary>The ids of the keys that were revoked before this one was created, separated by spaces. They are not trusted, even
    /// if somebody restores their rows.</summary>
    public string RevokedKeyIds { get; init; } = "";
}
