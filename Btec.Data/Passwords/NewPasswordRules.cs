using System.Text;
using Btec.Data.Accounts;
using Btec.Data.Model;

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
    /// <param name="site">The words of the site; by default only those of the product.</param>
    public static IReadOnlyList<string> FindFaults(string password, string? email, string? fullName, SiteWords? site = null)
    {
        ArgumentNullException.ThrowIfNull(password);
        var faults = PasswordRules.FindFaults(password).ToList();
        // A text that may be as long as a request is not analyzed.
        if (Encoding.UTF8.GetByteCount(password) > PasswordRules.MaxBytes)
            return faults;

        if (CommonPasswords.ContainsDisguised(password))
            faults.Add("This password is too common. Choose another one.");

        if ((site ?? ProductWords).Make(password))
            faults.Add("The password must not be based on the name of this site.");

        var analyzed = new Analyzed(password);
        if (email is not null && EmailAddress.FindFault(email) is null && analyzed.IsMadeOfEmail(EmailAddress.Normalize(email)))
            faults.Add("The password must not be based on your e-mail address.");

        if (fullName is not null && ShortText.FindFault(fullName, User.FullNameMaxLength) is null && analyzed.IsMadeOfName(fullName))
            faults.Add("The password must not be based on your name.");

        return faults;
    }

    private static string LettersOf(string text) => string.Concat(
        TextRules.Compose(text).EnumerateRunes().Where(Rune.IsLetter).Select(letter => Rune.ToLowerInvariant(letter).ToString()));

    /// <summary>A password, analyzed once for all words that it is compared with.</summary>
    private sealed class Analyzed(string password)
    {
        private readonly string _letters = LettersOf(password);

        private readonly HashSet<string> _words = PasswordDisguise.FindWords(password)
            .Where(word => TextRules.CountCodePoints(word) >= MinNamePartLength).ToHashSet(StringComparer.Ordinal);

        public bool IsMadeOfEmail(string email)
        {
            var at = email.LastIndexOf('@');
            return IsMadeOf(email)
                || (at > 0 && (IsMadeOf(email[..at]) || IsMadeOf($"{email[..at]}@{EmailDomain.ToUnicode(email[(at + 1)..])}")));
        }

        public bool IsMadeOfName(string fullName) =>
            IsMadeOf(fullName)
            || fullName.Split(' ').Any(part => TextRules.CountCodePoints(part) >= MinNamePartLength && IsMadeOf(part));

        /// <summary>Returns whether the password and a text have the same letters in any case, ignoring digits and punctuation, or
        /// with the usual replacements undone.</summary>
        private bool IsMadeOf(string text)
        {
            if (password.Equals(text, StringComparison.OrdinalIgnoreCase))
                return true;

            var letters = LettersOf(text);
            if (letters.Length > 0 && letters == _letters)
                return true;

            var composed = TextRules.Compose(text);
            return _words.Contains(letters)
                || _words.Contains(PasswordDisguise.Read(composed, 'i')) || _words.Contains(PasswordDisguise.Read(composed, 'l'));
        }
    }
}
