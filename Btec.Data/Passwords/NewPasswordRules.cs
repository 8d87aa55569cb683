using System.Text;
using Btec.Data.Accounts;

namespace Btec.Data.Passwords;

/// <summary>The rules of new passwords: the right form, not a common one, and not based on the owner's address or name (NIST SP
/// 800-63B-4 section 3.1.1.2 asks for a blocklist of common passwords and of context-specific words).</summary>
public static class NewPasswordRules
{
    /// <summary>The shortest part of a name that counts, in code points. An estimate; initials and short syllables occur in any
    /// password.</summary>
    private const int MinNamePartLength = 4;

    /// <summary>Returns a sentence for each rule that a password breaks.</summary>
    /// <param name="password">The password as sent.</param>
    /// <param name="email">The address of the owner, if known.</param>
    /// <param name="fullName">The name of the owner, if known.</param>
    public static IReadOnlyList<string> FindFaults(string password, string? email, string? fullName)
    {
        ArgumentNullException.ThrowIfNull(password);
        var faults = PasswordRules.FindFaults(password).ToList();
        if (CommonPasswords.Contains(password))
            faults.Add("This password is too common. Choose another one.");

        if (email is not null && IsMadeOfEmail(password, EmailAddress.Normalize(email)))
            faults.Add("The password must not be based on your e-mail address.");

        if (fullName is not null && IsMadeOfName(password, fullName))
            faults.Add("The password must not be based on your name.");

        return faults;
    }

    private static bool IsMadeOfEmail(string password, string email)
    {
        var at = email.LastIndexOf('@');
        return IsMadeOf(password, email) || (at > 0 && IsMadeOf(password, email.AsSpan(0, at)));
    }

    private static bool IsMadeOfName(string password, string fullName)
    {
        if (IsMadeOf(password, fullName))
            return true;

        foreach (var part in fullName.AsSpan().Split(' '))
        {
            var word = fullName.AsSpan(part);
            if (TextRules.CountCodePoints(word) >= MinNamePartLength && IsMadeOf(password, word))
                return true;
        }

        return false;
    }

    /// <summary>Returns whether two texts have the same letters in any case, ignoring digits and punctuation.</summary>
    private static bool IsMadeOf(ReadOnlySpan<char> password, ReadOnlySpan<char> word)
    {
        if (password.Equals(word, StringComparison.OrdinalIgnoreCase))
            return true;

        var left = password.EnumerateRunes();
        var right = word.EnumerateRunes();
        var letters = 0;
        while (true)
        {
            var (ofPassword, ofWord) = (NextLetter(ref left), NextLetter(ref right));
            if (ofPassword != ofWord)
                return false;

            if (ofPassword is null)
                return letters > 0;

            letters++;
        }
    }

    private static Rune? NextLetter(ref SpanRuneEnumerator runes)
    {
        while (runes.MoveNext())
        {
            if (Rune.IsLetter(runes.Current))
                return Rune.ToLowerInvariant(runes.Current);
        }

        return null;
    }
}
