using System.Security.Cryptography;
using System.Text;
using Btec.Data.Accounts;

namespace Btec.Data.Passwords.Imported;

/// <summary>A hash that another system computed. It is verified until the first login replaces it by one of bcrypt.</summary>
/// <remarks>docs/moving-in.md lists the formats and the bounds of their costs. What lies beyond a bound is no hash here, wherever it
/// comes from, so that no row makes a login cost more.</remarks>
public abstract class ImportedHash
{
    /// <summary>The longest text that is read, in characters. The longest hash, one of Firebase with its signer key, has about
    /// 230.</summary>
    private const int MaxLength = 512;

    /// <summary>The sentence for a text that is no hash of a known format.</summary>
    internal const string UnknownFault =
        "The hash has none of the supported formats: bcrypt, argon2id, ASP.NET Core Identity version 3, Django pbkdf2_sha256, Firebase scrypt.";

    private readonly byte[] _expected;

    private protected ImportedHash(byte[] expected) => _expected = expected;

    /// <summary>Gets the length of the hash, in bytes.</summary>
    private protected int Length => _expected.Length;

    /// <summary>Reads a hash of another system.</summary>
    /// <returns>The hash, or <see langword="null"/> if the text is none, one of bcrypt, or one whose cost is beyond the bounds.</returns>
    public static ImportedHash? Read(string text) => Read(text, out _);

    /// <summary>Returns a sentence that says why a hash cannot be imported, or <see langword="null"/> if it can.</summary>
    public static string? FindFault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("$2", StringComparison.Ordinal))
            return ImportedBcrypt.FindFault(text);

        Read(text, out var fault);
        return fault;
    }

    /// <summary>Returns whether a password has this hash. The whole password counts, however long it is.</summary>
    public bool Verify(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        // It has no UTF-8, which every format hashes.
        if (TextRules.HasLoneSurrogate(password))
            return false;

        var bytes = Encoding.UTF8.GetBytes(password);
        try
        {
            return CryptographicOperations.FixedTimeEquals(Compute(bytes), _expected);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Computes the hash of a password with the parameters of this one.</summary>
    private protected abstract byte[] Compute(byte[] password);

    private static ImportedHash? Read(string text, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        fault = UnknownFault;
        if (text.Length > MaxLength)
            return null;

        if (text.StartsWith(Argon2Hash.Prefix, StringComparison.Ordinal))
            return Argon2Hash.Read(text, out fault);

        if (text.StartsWith(DjangoHash.Prefix, StringComparison.Ordinal))
            return DjangoHash.Read(text, out fault);

        return text.StartsWith(FirebaseHash.Prefix, StringComparison.Ordinal)
            ? FirebaseHash.Read(text, out fault)
            : IdentityHash.Read(text, ref fault);
    }
}
