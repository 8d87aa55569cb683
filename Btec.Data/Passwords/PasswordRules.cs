using System.Text;
using Btec.Data.Accounts;

namespace Btec.Data.Passwords;

/// <summary>Which form a password has. It is taken as sent: no trimming, no Unicode normalisation, no composition
/// rules (NIST SP 800-63B section 3.1.1.2).</summary>
public static class PasswordRules
{
    /// <summary>Code points (NIST SP 800-63B section 3.1.1.2 asks for at least 8).</summary>
    public const int MinLength = 8;

    /// <summary>bcrypt reads no further than this many bytes of UTF-8, so a longer password is refused, not cut
    /// (Provos and Mazières 1999, section 4; measured on BCrypt.Net-Next 4.2.0).</summary>
    public const int MaxBytes = 72;

    /// <summary>Says what is wrong with the form of a password: a sentence for its sender for each rule that it breaks.</summary>
    public static IEnumerable<string> FindFaults(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (TextRules.CountCodePoints(password) < MinLength)
            yield return $"A password has at least {MinLength} characters.";

        if (Encoding.UTF8.GetByteCount(password) > MaxBytes)
            yield return $"A password has at most {MaxBytes} bytes in UTF-8.";

        if (password.Contains('\0', StringComparison.Ordinal))
            yield return "A password holds no NUL character.";

        if (TextRules.HasLoneSurrogate(password))
            yield return "A password holds no half of a surrogate pair.";
    }

    /// <summary>Whether a password can be the one behind a stored hash: short enough to be hashed whole, free of NUL (which
    /// ends a password in other implementations of bcrypt) and encodable as UTF-8.</summary>
    public static bool IsHashable(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        return Encoding.UTF8.GetByteCount(password) <= MaxBytes
            && !password.Contains('\0', StringComparison.Ordinal)
            && !TextRules.HasLoneSurrogate(password);
    }
}
