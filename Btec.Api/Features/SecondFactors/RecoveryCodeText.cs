using System.Security.Cryptography;
using System.Text;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Recovery codes as people write them: 24 characters of base32 (RFC 4648 section 6), which are 120 bits, in groups of
/// six.</summary>
internal static class RecoveryCodeText
{
    private const int Length = 24;
    private const int GroupLength = 6;

    /// <summary>Creates a random code.</summary>
    public static string Create() =>
        string.Join('-', RandomNumberGenerator.GetString(Base32.Alphabet, Length).Chunk(GroupLength).Select(group => new string(group)));

    /// <summary>Returns the SHA-256 of a code, or <see langword="null"/> if the text does not have the form of one. Case, hyphens and
    /// white space do not matter.</summary>
    public static byte[]? FindHash(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var code = string.Concat(text.Where(letter => letter is not '-' && !char.IsWhiteSpace(letter))).ToUpperInvariant();
        return code.Length == Length && code.All(letter => Base32.Alphabet.Contains(letter, StringComparison.Ordinal))
            ? SHA256.HashData(Encoding.ASCII.GetBytes(code))
            : null;
    }
}
