using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Btec.Data.Keys;

/// <summary>The source of random secrets.</summary>
public static class RandomSecret
{
    /// <summary>The length of a secret, in bytes: 256 bits (docs/contract.md), far above the 128 that RFC 6749 section
    /// 10.10 requires.</summary>
    public const int Length = 32;

    /// <summary>Generates the bytes of a secret.</summary>
    public static byte[] GetBytes() => RandomNumberGenerator.GetBytes(Length);

    /// <summary>Generates a secret as text, in base64url.</summary>
    public static string Create() => Base64Url.EncodeToString(GetBytes());

    /// <summary>Returns the SHA-256 of the bytes of a secret, or <see langword="null"/> if the text does not have the form of one. A slow
    /// hash is not needed for 256 random bits.</summary>
    public static byte[]? FindHash(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[Length];
        return text.Length == Base64Url.GetEncodedLength(Length)
            && Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done
            && written == Length
                ? SHA256.HashData(bytes)
                : null;
    }
}
