using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>A refresh token in clear: it exists on the wire and in memory, never in the database. It prints as nothing.</summary>
public sealed class RefreshTokenValue
{
    /// <summary>Bytes of a token: too many to guess or to find a collision for (RFC 6749 section 10.10).</summary>
    private const int Length = 32;

    /// <summary>Characters of a token on the wire: base64url of <see cref="Length"/> bytes without padding.</summary>
    private const int EncodedLength = 43;

    private readonly byte[] _bytes;

    private RefreshTokenValue(byte[] bytes) => _bytes = bytes;

    /// <summary>The first token of a session.</summary>
    public static RefreshTokenValue Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads a token from the wire; <see langword="null"/> if it cannot be one.</summary>
    public static RefreshTokenValue? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[Length];
        // TryDecodeFromChars throws at what is no base64url.
        return text.Length == EncodedLength
            && Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done && written == Length
            ? new RefreshTokenValue(bytes)
            : null;
    }

    /// <summary>What the database knows of the token. A plain hash is enough: there are 2^256 tokens to try.</summary>
    public byte[] Hash() => SHA256.HashData(_bytes);

    /// <summary>The token that this one is exchanged for: the same each time, so that it need not be stored, and known only to
    /// who has both this token and the server's key (docs/decisions/0001).</summary>
    public RefreshTokenValue Successor(byte[] key) => new(HMACSHA256.HashData(key, _bytes));

    public string Reveal() => Base64Url.EncodeToString(_bytes);

    public override string ToString() => "(refresh token)";
}
