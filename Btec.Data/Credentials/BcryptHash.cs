using System.Globalization;

namespace Btec.Data.Credentials;

/// <summary>bcrypt in modular crypt format, <c>$2b$12$…</c>, as the original backend wrote it.</summary>
public static class BcryptHash
{
    /// <summary>The lowest cost that BCrypt.Net-Next computes (2^4 rounds): for tests alone.</summary>
    public const int MinWorkFactor = 4;

    /// <summary>2^16 rounds, some four seconds of a core: a higher cost shuts the door on its owner.</summary>
    public const int MaxWorkFactor = 16;

    /// <summary>OWASP Password Storage Cheat Sheet: bcrypt "with a work factor of 10 or more".</summary>
    public const int MinWorkFactorInProduction = 10;

    public static string Create(string password, int workFactor) =>
        BCrypt.Net.BCrypt.HashPassword(password, BCrypt.Net.BCrypt.GenerateSalt(workFactor, 'b'));

    /// <summary>Whether the password is the one behind the hash. A hash that is not bcrypt's is nobody's.</summary>
    public static bool Verify(string password, string hash)
    {
        try
        {
            return BCrypt.Net.BCrypt.Verify(password, hash);
        }
        catch (Exception exception) when (exception is BCrypt.Net.SaltParseException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A well-formed hash that no password has: to verify against it takes as long as against any other of its cost.</summary>
    public static string OfNoPassword(int workFactor) =>
        string.Create(CultureInfo.InvariantCulture, $"$2b${workFactor:00}$......................{new string('.', 31)}");
}
