using System.Text;
using Btec.Data.Accounts;

namespace Btec.Data.Passwords;

/// <summary>Which passwords may be chosen: those of the right form that an attacker does not try first (NIST SP 800-63B section
/// 3.1.1.2 asks for a list of common ones and of words of the context).</summary>
public static class NewPasswordRules
{
    /// <summary>Code points of a part of a name: shorter ones, such as initials, are no word to be guessed by.</summary>
    private const int MinNamePartLength = 4;

    /// <summary>Says what is wrong with a password: a sentence for its sender for each rule that it breaks.</summary>
    /// <param name="password">As it was sent.</param>
    /// <param name="email">The address of its owner, if it is known.</param>
    /// <param name="fullName">The name of its owner, if it is known.</param>
    public static IReadOnlyList<string> FindFaults(string password, string? email, string? fullName)
    {
        ArgumentNullException.ThrowIfNull(password);
        var faults = PasswordRules.FindFaults(password).ToList();
        if (CommonPasswords.Contains(password))
            faults.Add("This password is one of the most common ones, which are tried first.");

        if (email is not null && IsMadeOfEmail(password, EmailAddress.Normalize(email)))
            faults.Add("A password is more than the e-mail address, or its part before the @, with digits or punctuation.");

        if (fullName is not null && IsMadeOfName(password, fullName))
            faults.Add("A password is more than the name, or a part of it, with digits or punctuation.");

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

    /// <summary>Whether the two are equal, or have the same letters, whatever digits and punctuation are between them; in any case.</summary>
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
