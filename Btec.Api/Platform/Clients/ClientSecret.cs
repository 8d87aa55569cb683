using System.Security.Cryptography;
using Btec.Data.Keys;

namespace Btec.Api.Platform.Clients;

/// <summary>The secrets of confidential clients.</summary>
internal static class ClientSecret
{
    /// <summary>The minimum length of a configured secret, in characters: that of 32 bytes in hexadecimal is 64, of 256 bits in base64url
    /// 43, of 192 bits in Base64 32. RFC 6749 section 10.10 requires 128 bits.</summary>
    public const int MinLength = 32;

    /// <summary>The maximum length of a configured secret, in characters. An estimate.</summary>
    public const int MaxLength = 255;

    /// <summary>The time for which the secret before a rotation stays valid: 24 hours (docs/contract.md).</summary>
    public static readonly TimeSpan RotationGrace = TimeSpan.FromHours(24);

    /// <summary>Generates a secret of 256 random bits, in base64url.</summary>
    public static Secret Create() => new(RandomSecret.Create());

    /// <summary>Returns the SHA-256 of a secret. A slow hash is not needed for so many random bits.</summary>
    public static byte[] Hash(Secret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return SHA256.HashData(secret.GetBytes());
    }

    /// <summary>Returns whether a secret is one of those with these hashes, in a time that depends neither on which nor on how many there
    /// are.</summary>
    public static bool IsOneOf(Secret secret, IReadOnlyList<byte[]> hashes)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        Span<byte> presented = Hash(secret);
        var isKnown = false;
        for (var index = 0; index < MaxHashes; index++)
            isKnown |= CryptographicOperations.FixedTimeEquals(presented, index < hashes.Count ? hashes[index] : Nobody);

        return isKnown;
    }

    /// <summary>The number of secrets that a client has at most: the current one and the one before.</summary>
    private const int MaxHashes = 2;

    /// <summary>A hash without a secret.</summary>
    private static readonly byte[] Nobody = new byte[SHA256.HashSizeInBytes];
}
