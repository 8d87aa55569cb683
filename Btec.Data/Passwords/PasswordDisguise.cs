using System.Text;
using Btec.Data.Accounts;

namespace Btec.Data.Passwords;

/// <summary>The words behind passwords whose letters were replaced by similar signs, or that digits or punctuation were added
/// to.</summary>
internal static class PasswordDisguise
{
    /// <summary>The number of added characters from which on a password no longer counts as the word that they were added to: what
    /// was added is as long as the shortest password.</summary>
    private const int EnoughAdded = PasswordRules.MinLength;

    /// <summary>The usual replacements of letters. 1, ! and | stand for i or for l.</summary>
    private static readonly Dictionary<char, char> Replaced = new()
    {
        ['@'] = 'a',
        ['4'] = 'a',
        ['8'] = 'b',
        ['3'] = 'e',
        ['€'] = 'e',
        ['6'] = 'g',
        ['9'] = 'g',
        ['0'] = 'o',
        ['5'] = 's',
        ['$'] = 's',
        ['7'] = 't',
        ['+'] = 't',
        ['2'] = 'z',
    };

    /// <summary>Returns the words that a password may stand for, in lower case and letters only. There are several: a digit may
    /// replace a letter or have been added.</summary>
    public static IEnumerable<string> FindWords(string password)
    {
        var text = TextRules.Compose(password).ToLowerInvariant();
        var word = TrimToWord(text);
        if (word.Length == 0)
            yield break;

        var before = text.IndexOf(word[0], StringComparison.Ordinal);
        var after = text.Length - before - word.Length;
        for (var first = 0; first <= Math.Min(before, EnoughAdded - 1); first++)
        {
            for (var last = 0; last <= Math.Min(after, EnoughAdded - 1 - first); last++)
            {
                var kept = text[first..^last];
                yield return Read(kept, 'i');
                yield return Read(kept, 'l');
            }
        }
    }

    /// <summary>Returns a text in lower case, with the usual replacements undone and without other digits, punctuation and
    /// spaces.</summary>
    public static string Read(string text, char letterOfOne)
    {
        var letters = new StringBuilder();
        foreach (var character in text.ToLowerInvariant())
        {
            if (character is '1' or '!' or '|')
                letters.Append(letterOfOne);
            else if (Replaced.TryGetValue(character, out var letter))
                letters.Append(letter);
            else if (!IsAddition(character))
                letters.Append(character);
        }

        return letters.ToString();
    }

    /// <summary>Returns a text without the digits, punctuation and spaces around it.</summary>
    public static string TrimToWord(string text)
    {
        var (first, last) = (0, text.Length);
        while (first < last && IsAddition(text[first]))
            first++;

        while (last > first && IsAddition(text[last - 1]))
            last--;

        return text[first..last];
    }

    /// <summary>Returns whether a character is one that people add to words: those on a keyboard that are no letters.</summary>
    public static bool IsAddition(char character) => character is >= ' ' and <= '~' && !char.IsAsciiLetter(character);
}
