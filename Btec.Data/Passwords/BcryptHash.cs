using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Btec.Data.Passwords;

/// <summary>bcrypt in modular crypt format, <c>$2b$12$…</c>, as the original backend wrote it.</summary>
public static class BcryptHash
{
    /// <summary>The lowest cost that BCrypt.Net-Next computes (2^4 rounds): for tests alone.</summary>
    public const int MinWorkFactor = 4;

    /// <summary>2^16 rounds, some four seconds of a core: a higher cost shuts the door on its owner.</summary>
    public const int MaxWorkFactor = 16;

    /// <summary>OWASP Password Storage Cheat Sheet: bcrypt "with a work factor of 10 or more".</summary>
    public const int MinWorkFactorInProduction = 10;

    /// <summary>Characters: seven of prefix and cost, 22 of salt, 31 of hash.</summary>
    private const int Length = SettingLength + 31;

    private const int SettingLength = 7 + 22;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>What computes here: <c>crypt_r</c> of the system, or BCrypt.Net-Next. Each verifies what the other has made.</summary>
    public static string Implementation => SystemCrypt.IsUsable ? "crypt_r" : "BCrypt.Net-Next";

    /// <exception cref="ArgumentException">The password would not be hashed whole.</exception>
    public static string Create(string password, int workFactor) =>
        PasswordRules.IsHashable(password)
            ? Compute(password, BCrypt.Net.BCrypt.GenerateSalt(workFactor, 'b'))
            : throw new ArgumentException("The password cannot be hashed whole.", nameof(password));

    /// <summary>Whether the password is the one behind the hash. At once, if either has no proper form.</summary>
    public static bool Verify(string password, string hash)
    {
        if (!IsWellFormed(hash) || !PasswordRules.IsHashable(password))
            return false;

        // The spare bits of the salt's last character may differ from those that were stored.
        var computed = Compute(password, hash[..SettingLength]);
        return CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(computed.AsSpan(SettingLength)), MemoryMarshal.AsBytes(hash.AsSpan(SettingLength)));
    }

    /// <summary>Whether this is a bcrypt hash of a cost that this API computes. BCrypt.Net-Next fails in several ways on one that
    /// is not, and would spend an hour of a core on a cost of 31.</summary>
    public static bool IsWellFormed(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length == Length
            && hash is ['$', '2', 'a' or 'b' or 'y', '$', _, _, '$', ..]
            && int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var workFactor)
            && workFactor is >= MinWorkFactor and <= MaxWorkFactor
            && !hash.AsSpan(7).ContainsAnyExcept(Alphabet);
    }

    /// <summary>Whether a well-formed hash was made at a lower cost than this one.</summary>
    public static bool IsCheaperThan(string hash, int workFactor)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return int.Parse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture) < workFactor;
    }

    /// <summary>A well-formed hash that no password has: to verify against it takes as long as against any other of its cost.</summary>
    public static string CreateDummyHash(int workFactor) =>
        string.Create(CultureInfo.InvariantCulture, $"$2b${workFactor:00}$......................{new string('.', 31)}");

    private static string Compute(string password, string setting) =>
        SystemCrypt.IsUsable && SystemCrypt.Compute(password, setting) is { } hash && IsWellFormed(hash)
            ? hash
            : BCrypt.Net.BCrypt.HashPassword(password, setting);
}
