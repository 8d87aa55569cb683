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
}
