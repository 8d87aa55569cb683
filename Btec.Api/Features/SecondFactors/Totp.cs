using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Btec.Api.Features.SecondFactors;

/// <summary>Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, 30 seconds, the values that every authenticator application
/// supports.</summary>
internal static class Totp
{
    /// <summary>The length of a code, in digits (RFC 4226 section 5.3, requirement R4).</summary>
    public const int Digits = 6;

    /// <summary>The length of a secret, in bytes: 160 bits, as RFC 4226 section 4, requirement R6 recommends.</summary>
    public const int SecretBytes = 20;

    /// <summary>The length of a time step, in seconds (RFC 6238 section 5.2).</summary>
    public const int StepSeconds = 30;

    /// <summary>The number of time steps by which the clock of a device may differ, in either direction (RFC 6238 section
    /// 5.2).</summary>
    private const int Drift = 1;

    private const int Modulus = 1_000_000;

    /// <summary>Returns the latest time step near a time whose code this is, or <see langword="null"/>. Every step is compared, in
    /// constant time.</summary>
    public static long? FindStep(ReadOnlySpan<byte> secret, string code, DateTimeOffset now)
    {
        var given = Encoding.UTF8.GetBytes(code);
        var current = StepOf(now);
        long? found = null;
        for (var step = current - Drift; step <= current + Drift; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(secret, step)), given))
                found = step;
        }

        return found;
    }

    /// <summary>Returns the number of time steps between 1970-01-01 UTC and a time.</summary>
    public static long StepOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>Returns the code of a time step (RFC 4226 section 5.3).</summary>
    [SuppressMessage("Security", "CA5350:Do not use weak cryptographic algorithms", Justification = "HMAC-SHA-1 is what applications support, and is not affected by collisions of SHA-1 (RFC 6194 section 3.3).")]
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, counter, hash);
        var offset = hash[^1] & 0x0F;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[offset..]) & int.MaxValue;
        return (number % Modulus).ToString("D6", CultureInfo.InvariantCulture);
    }
}
