using System.Text;
using Btec.Data.Accounts;

namespace Btec.Data.Passwords;

/// <summary>The rules of new passwords: the right form, not a common one, and not based on the name of the site or on the owner's
/// address or name, not even in disguise (NIST SP 800-63B-4 section 3.1.1.2 asks for a blocklist of common passwords and of
/// context-specific words).</summary>
public static class NewPasswordRules
{
    /// <summary>The shortest part of a name that counts, in code points. An estimate; initials and short syllables occur in any
    /// password.</summary>
    private const int MinNamePartLength = 4;

    private static readonly SiteWords ProductWords = new();

    /// <summary>Returns a sentence for each rule that a password breaks.</summary>
    /// <param name="password">The password as sent.</param>
    /// <param name="email">The address of the owner, if known.</param>
    /// <param name="fullName">The name of the owner, if known.</param>
    /// <param name="site">The words of the site; by default those of the product alone.</param>
    public static IReadOnlyList<string> FindFaults(string password, string? email, string? fullName, SiteWords? site = null)
    {
        ArgumentNullException.ThrowIfNull(password);
        var faults = PasswordRules.FindFaults(password).ToList();
        if (CommonPasswords.ContainsDisguised(password))
            faults.Add("This password is too common. Choose another one.");

        if ((site ?? ProductWords).Make(password))
            faults.Add("The password must not be based on the name of this site.");

        if (email is not null && IsMadeOfEmail(password, EmailAddress.Normalize(email)))
            faults.Add("The password must not be based on your e-mail address.");

        if (fullName is not null && IsMadeOfName(password, fullName))
            faults.Add("The password must not be based on your name.");

        return faults;
    }

    private static bool IsMadeOfEmail(string password, string email)
    {
        var at = email.LastIndexOf('@');
        return IsMadeOf(password, email)
            || (at > 0 && (IsMadeOf(password, email[..at])
                || IsMadeOf(password, $"{email[..at]}@{EmailDomain.ToUnicode(email[(at + 1)..])}")));
    }

    private static bool IsMadeOfName(string password, string fullName) =>
        IsMadeOf(password, fullName)
        || fullName.Split(' ').Any(part => TextRules.CountCodePoints(part) >= MinNamePartLength && IsMadeOf(password, part));

    /// <summary>Returns whether two texts have the same letters in any case, ignoring digits and punctuation, or with the usual
    /// replacements undone.</summary>
    private static bool IsMadeOf(string password, string word)
    {
        if (password.Equals(word, StringComparison.OrdinalIgnoreCase))
            return true;

        var letters = LettersOf(word);
        if (letters.Length > 0 && letters == LettersOf(password))
            return true;

        var composed = TextRules.Compose(word);
        string[] words = [letters, PasswordDisguise.Read(composed, 'i'), PasswordDisguise.Read(composed, 'l')];
        return PasswordDisguise.FindWords(password).Any(found =>
            TextRules.CountCodePoints(found) >= MinNamePartLength && words.Contains(found, StringComparer.Ordinal));
    }

    private static string LettersOf(string text) => string.Concat(
        TextRules.Compose(text).EnumerateRunes().Where(Rune.IsLetter).Select(letter => Rune.ToLowerInvariant(letter).ToString()));
}
