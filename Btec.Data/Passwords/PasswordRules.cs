using System.Text;
using Btec.Data.Accounts;

namespace Btec.Data.Passwords;

/// <summary>The form of a password. It is taken as sent, without trimming or Unicode normalization, and there are no composition
/// rules (NIST SP 800-63B-4 section 3.1.1.2).</summary>
public static class PasswordRules
{
    /// <summary>The minimum length, in code points: 8 characters (the API contract). NIST SP 800-63B-4 section 3.1.1.2 asks for
    /// 15 where the password is the only factor, and for 8 where it is one of several.</summary>
    public const int MinLength = 8;

    /// <summary>The longest password that bcrypt reads in full, in bytes of UTF-8. Longer ones are refused rather than cut
    /// (Provos and Mazières 1999, section 4; measured on BCrypt.Net-Next 4.2.0). An imported hash of another function covers the whole
    /// password, and stays if it is longer.</summary>
    public const int MaxBytes = 72;

    /// <summary>Returns a sentence for each rule of form that a password breaks.</summary>
    public static IEnumerable<string> FindFaults(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (TextRules.CountCodePoints(password) < MinLength)
            yield return $"Use at least {MinLength} characters.";

        if (Encoding.UTF8.GetByteCount(password) > MaxBytes)
            yield return $"Use at most {MaxBytes} bytes in UTF-8.";

        if (password.Contains('\0', StringComparison.Ordinal))
            yield return "Must not contain a NUL character.";

        if (TextRules.HasLoneSurrogate(password))
            yield return "Must not contain half of a surrogate pair.";
    }

    /// <summary>Returns whether a password can have a hash: short enough to be read in full, without NUL (which ends a password
    /// in other implementations of bcrypt) and encodable as UTF-8.</summary>
    public static bool IsHashable(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        return Encoding.UTF8.GetByteCount(password) <= MaxBytes
            && !password.Contains('\0', StringComparison.Ordinal)
            && !TextRules.HasLoneSurrogate(password);
    }
}
