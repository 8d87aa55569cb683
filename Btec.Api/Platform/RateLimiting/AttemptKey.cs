using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>What attempts are counted by: a hash, so that a key takes the same room whatever was sent, and that the counters hold no
/// address in clear.</summary>
public readonly record struct AttemptKey(UInt128 Value)
{
    /// <summary>The key of some words. 128 bits: nobody finds two that collide.</summary>
    public static AttemptKey Of(params ReadOnlySpan<string> words) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', words)))));

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
