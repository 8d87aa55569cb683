using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Btec.Data.Passwords;

/// <summary>bcrypt hashes in modular crypt format, <c>$2b$12$…</c>, compatible with those of the original backend.</summary>
/// <remarks><c>crypt_r</c> of the system computes them on Linux, if its <c>libcrypt.so.1</c> passes a test with a known hash when
/// the process first hashes (<see cref="SystemCrypt"/>); BCrypt.Net-Next computes them everywhere else. There is no setting.</remarks>
public static class BcryptHash
{
    /// <summary>The lowest cost that BCrypt.Net-Next computes (2^4 rounds); for tests only.</summary>
    public const int MinWorkFactor = 4;

    /// <summary>The highest cost (2^16 rounds, about 4 seconds on one core): a higher one would lock out the owner.</summary>
    public const int MaxWorkFactor = 16;

    /// <summary>The lowest cost in Production: "a work factor of 10 or more" (OWASP Password Storage Cheat Sheet, section
    /// bcrypt).</summary>
    public const int MinWorkFactorInProduction = 10;

    /// <summary>The length of a hash, in characters: 7 of prefix and cost, 22 of salt, 31 of hash.</summary>
    private const int Length = SettingLength + 31;

    private const int SettingLength = 7 + 22;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>The implementation in use: <c>crypt_r</c> of the system or BCrypt.Net-Next. Each verifies the other's
    /// hashes.</summary>
    public static string Implementation => SystemCrypt.IsUsable ? "crypt_r" : "BCrypt.Net-Next";

    /// <summary>Hashes a password.</summary>
    /// <exception cref="ArgumentException">bcrypt would not read the whole password.</exception>
    public static string Create(string password, int workFactor) =>
        PasswordRules.IsHashable(password)
            ? Compute(password, BCrypt.Net.BCrypt.GenerateSalt(workFactor, 'b'))
            : throw new ArgumentException("bcrypt cannot read the whole password.", nameof(password));

    /// <summary>Returns whether a password has this hash. Malformed ones are refused without hashing.</summary>
    public static bool Verify(string password, string hash)
    {
        if (!IsWellFormed(hash) || !PasswordRules.IsHashable(password))
            return false;

        // The spare bits of the salt's last character may differ from the stored ones.
        var computed = Compute(password, hash[..SettingLength]);
        return CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(computed.AsSpan(SettingLength)), MemoryMarshal.AsBytes(hash.AsSpan(SettingLength)));
    }

    /// <summary>Returns whether a text is a bcrypt hash of a supported cost. BCrypt.Net-Next throws various exceptions on other
    /// texts, and a cost of 31 would take a core more than a day.</summary>
    public static bool IsWellFormed(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length == Length
            && hash is ['$', '2', 'a' or 'b' or 'y', '$', _, _, '$', ..]
            && int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var workFactor)
            && workFactor is >= MinWorkFactor and <= MaxWorkFactor
            && !hash.AsSpan(7).ContainsAnyExcept(Alphabet);
    }

    /// <summary>Returns the cost of a well-formed hash.</summary>
    public static int WorkFactorOf(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return int.Parse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>Creates a well-formed hash that no password has. Verifying against it takes as long as against any other of its
    /// cost.</summary>
    public static string CreateDummyHash(int workFactor) =>
        string.Create(CultureInfo.InvariantCulture, $"$2b${workFactor:00}$......................{new string('.', 31)}");

    private static string Compute(string password, string setting) =>
        SystemCrypt.IsUsable && SystemCrypt.Compute(password, setting) is { } hash && IsWellFormed(hash)
            ? hash
            : BCrypt.Net.BCrypt.HashPassword(password, setting);
}
