using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The key under which attempts are counted. It is a hash, so that every key has the same size and the counters contain
/// no e-mail or IP address in clear.</summary>
internal readonly record struct AttemptKey(UInt128 Value)
{
    /// <summary>Hashes the words to a key: 128 bits of SHA-256, for which finding a collision takes about 2^64
    /// attempts.</summary>
    public static AttemptKey Of(params ReadOnlySpan<string> words) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', words)))));

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
