using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>A refresh token in clear text. It exists on the wire and in memory, never in the database, and
/// <see cref="ToString"/> does not contain it.</summary>
internal sealed class RefreshTokenValue
{
    /// <summary>The length of a token in bytes. Its 256 bits exceed the 160 that RFC 6749 section 10.10 recommends against
    /// guessing.</summary>
    private const int Length = 32;

    /// <summary>The length of a token on the wire in characters: base64url of <see cref="Length"/> bytes without
    /// padding.</summary>
    private const int EncodedLength = 43;

    /// <summary>The length of the masked family at the beginning of a token, in bytes: 128 bits, which cannot be guessed (RFC 6749
    /// section 10.10). The rest is as long.</summary>
    private const int FamilyLength = 16;

    private readonly byte[] _bytes;

    private RefreshTokenValue(byte[] bytes) => _bytes = bytes;

    /// <summary>Creates the first token of a session.</summary>
    public static RefreshTokenValue Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads a token from the wire.</summary>
    /// <returns>The token, or <see langword="null"/> if the text does not have the form of one.</returns>
    public static RefreshTokenValue? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[Length];
        // TryDecodeFromChars throws on text that is not base64url.
        return text.Length == EncodedLength
            && Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done && written == Length
            ? new RefreshTokenValue(bytes)
            : null;
    }

    /// <summary>Returns the hash that the database stores. A fast hash suffices, because 2^256 tokens cannot be
    /// searched.</summary>
    public byte[] Hash() => SHA256.HashData(_bytes);

    /// <summary>Returns the token that this one is exchanged for. It is always the same, so it need not be stored, and it
    /// cannot be computed without both this token and the server's key (docs/decisions/0001).</summary>
    /// <param name="key">The key that derives and masks the successor.</param>
    /// <param name="ownKey">The key that masks the family of this token. It is another one after a change of the secret, and the
    /// successor has the same family.</param>
    public RefreshTokenValue Successor(byte[] key, byte[] ownKey)
    {
        var next = HMACSHA256.HashData(key, _bytes);
        XorMask(key, next.AsSpan(FamilyLength), Family(ownKey), next.AsSpan(0, FamilyLength));
        return new RefreshTokenValue(next);
    }

    /// <summary>Returns the hash of the family, which is the same for all tokens that were derived from one. Only the key that masks it
    /// reveals it: to everybody else, each token is 256 bits that have nothing in common with the others.</summary>
    public byte[] FamilyHash(byte[] key) => SHA256.HashData(Family(key));

    private byte[] Family(byte[] key)
    {
        var family = new byte[FamilyLength];
        XorMask(key, _bytes.AsSpan(FamilyLength), _bytes.AsSpan(0, FamilyLength), family);
        return family;
    }

    /// <summary>Combines a family with the mask of the other half of a token, or takes that mask off again.</summary>
    private static void XorMask(byte[] key, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> source, Span<byte> target)
    {
        Span<byte> mask = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, rest, mask);
        for (var index = 0; index < FamilyLength; index++)
            target[index] = (byte)(source[index] ^ mask[index]);
    }

    public string Reveal() => Base64Url.EncodeToString(_bytes);

    public override string ToString() => "(refresh token)";
}
