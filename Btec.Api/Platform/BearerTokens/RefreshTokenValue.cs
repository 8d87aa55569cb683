using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>A refresh token in clear text, which is never stored. Its text form hides the value.</summary>
public sealed class RefreshTokenValue
{
    /// <summary>The length of a token in bytes. 256 random bits cannot be guessed (RFC 6749 section 10.10).</summary>
    private const int Length = 32;

    /// <summary>The length of a token on the wire, in characters of base64url without padding.</summary>
    private const int EncodedLength = 43;

    private readonly byte[] _bytes;

    private RefreshTokenValue(byte[] bytes) => _bytes = bytes;

    /// <summary>Creates the first token of a session.</summary>
    public static RefreshTokenValue Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Parses a token. Returns <see langword="null"/> if the text cannot be one.</summary>
    public static RefreshTokenValue? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[Length];
        // TryDecodeFromChars would throw on invalid base64url.
        return text.Length == EncodedLength
            && Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done && written == Length
            ? new RefreshTokenValue(bytes)
            : null;
    }

    /// <summary>Computes the stored hash. A fast hash is enough, because a random token of 256 bits cannot be guessed.</summary>
    public byte[] Hash() => SHA256.HashData(_bytes);

    /// <summary>Derives the token that this one is exchanged for. It is the same each time, so that it need not be stored, and requires
    /// both this token and the server's key (docs/decisions/0001).</summary>
    public RefreshTokenValue Successor(byte[] key) => new(HMACSHA256.HashData(key, _bytes));

    public string Reveal() => Base64Url.EncodeToString(_bytes);

    public override string ToString() => "(refresh token)";
}
