using System.Security.Cryptography;

namespace Btec.Data.Passwords.Imported;

/// <summary>PBKDF2 (RFC 8018 section 5.2) and the bound of its cost.</summary>
internal static class Pbkdf2
{
    /// <summary>The most iterations, 0.8 s of HMAC-SHA-512 on one core: Django 6.1 has 1,500,000 of SHA-256 by default, ASP.NET Core
    /// Identity 100,000 of SHA-512.</summary>
    private const int MaxIterations = 2_000_000;

    /// <summary>Returns a sentence that says what is wrong with a number of iterations, or <see langword="null"/>.</summary>
    /// <param name="iterations">The number of iterations for each block of the hash.</param>
    /// <param name="blocks">The number of blocks: a hash that is longer than the output of its function takes more than one.</param>
    public static string? FindFault(long iterations, int blocks)
    {
        if (iterations < 1)
            return "The hash has no iterations.";

        return iterations * blocks > MaxIterations ? $"The hash has more than {MaxIterations:N0} iterations." : null;
    }

    public static byte[] Compute(byte[] password, byte[] salt, int iterations, HashAlgorithmName function, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, function, length);
}
