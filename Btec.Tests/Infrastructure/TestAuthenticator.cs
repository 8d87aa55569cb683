using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Btec.Tests.Infrastructure;

/// <summary>An authenticator application (RFC 6238), written independently of the API.</summary>
/// <param name="id">The id of the factor.</param>
/// <param name="secret">The secret in base32, as the API showed it.</param>
/// <param name="clock">The clock of the device.</param>
public sealed class TestAuthenticator(Guid id, string secret, TimeProvider clock)
{
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private readonly byte[] _key = Decode(secret);

    public Guid Id => id;

    /// <summary>The secret in base32.</summary>
    public string Secret => secret;

    /// <summary>Returns the code that the device shows now, or a number of time steps later.</summary>
    /// <remarks>With a clock that stands still, an API accepts those of -1, 0 and 1, in this order.</remarks>
    [SuppressMessage("Security", "CA5350:Do not use weak cryptographic algorithms", Justification = "RFC 6238 uses HMAC-SHA-1.")]
    public string CodeAt(int step = 0)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, (clock.GetUtcNow().ToUnixTimeSeconds() / 30) + step);
        var hash = HMACSHA1.HashData(_key, counter);
        var offset = hash[19] & 15;
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(offset, 4)) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>Returns a code that is wrong now and in the time steps around.</summary>
    public string WrongCode()
    {
        string[] right = [CodeAt(-2), CodeAt(-1), CodeAt(), CodeAt(1), CodeAt(2)];
        return Enumerable.Range(0, right.Length + 1).Select(number => number.ToString("000000", CultureInfo.InvariantCulture))
            .First(code => !right.Contains(code, StringComparer.Ordinal));
    }

    /// <summary>Reads base32 without padding.</summary>
    public static byte[] Decode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bits = string.Concat(text.Select(digit =>
            Digits.IndexOf(digit, StringComparison.Ordinal).ToString("b5", CultureInfo.InvariantCulture)));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(index => Convert.ToByte(bits.Substring(index * 8, 8), 2))];
    }
}
