using System.Text.RegularExpressions;

namespace Btec.Data.Keys;

/// <summary>An estimate of how hard a signing key is to guess. Whoever has one token can try keys offline, as fast as a machine
/// computes HMACs.</summary>
/// <remarks>It finds repetitions, sequences and rows of the keyboard. If most of the rest reads like words, it counts as words;
/// else it is taken for random. Random keys in Base64, in hexadecimal and as UUIDs pass.</remarks>
internal static partial class SigningKeyStrength
{
    /// <summary>The minimum, in bits: the security strength required of keys of HMAC (NIST SP 800-131A Revision 2, section
    /// 10).</summary>
    public const double MinBits = 112;

    /// <summary>The information in text, in bits per character. Shannon 1951 ("Prediction and Entropy of Printed English") measured
    /// 0.6 to 1.3.</summary>
    private const double BitsOfText = 1.5;

    /// <summary>The information in a repetition or a sequence, in bits: where it begins, and how long it is. An estimate.</summary>
    private const double BitsOfPattern = 8;

    /// <summary>The shortest repetition or sequence, in characters. Random hexadecimal digits have shorter ones now and then
    /// (measured).</summary>
    private const int MinPattern = 5;

    /// <summary>The share of words from which on a key is text. Of 150,000 keys of 32 random bytes in Base64, 4 have so many
    /// letters that read like words (measured).</summary>
    private const double TextShare = 0.6;

    /// <summary>The longest short word, such as "my" or "key", which is one only between separators.</summary>
    private const int MaxShortWord = 3;

    /// <summary>Texts that count as seen before.</summary>
    private const string Keyboard = "qwertyuiop asdfghjkl zxcvbnm qwertzuiop azertyuiop 1qaz2wsx3edc4rfv5tgb ";

    /// <summary>Returns the estimate, in bits.</summary>
    public static double EstimateBits(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var letters = key.Any(char.IsAsciiLetterLower) ? LowerCase() : UpperCase();
        var isText = letters.Matches(key).Where(run => IsWord(key, run)).Sum(run => run.Length)
            >= TextShare * key.Count(char.IsLetterOrDigit);
        var random = BitsOfCharacter(key);
        var bits = 0.0;
        for (var position = 0; position < key.Length;)
        {
            var pattern = Math.Max(LengthOfRepetition(key, position), LengthOfSequence(key, position));
            var isPattern = pattern >= MinPattern;
            bits += isPattern ? Math.Min(BitsOfPattern, random * pattern)
                : isText && !char.IsDigit(key[position]) ? BitsOfText
                : random;
            position += isPattern ? pattern : 1;
        }

        return bits;
    }

    /// <summary>Returns whether letters can be spoken, or are short and stand alone.</summary>
    private static bool IsWord(string key, Match letters) => letters.Length > MaxShortWord
        ? Vowel().IsMatch(letters.ValueSpan) && !Cluster().IsMatch(letters.ValueSpan)
        : IsSeparator(key, letters.Index - 1) && IsSeparator(key, letters.Index + letters.Length);

    private static bool IsSeparator(string key, int position) =>
        position < 0 || position >= key.Length || !char.IsLetterOrDigit(key[position]);

    /// <summary>Returns the information in a random character of the smallest usual alphabet that has all characters.</summary>
    private static double BitsOfCharacter(string key) => key switch
    {
        _ when key.All(char.IsAsciiDigit) => Math.Log2(10),
        _ when key.All(character => char.IsAsciiHexDigit(character) || character == '-') => 4,
        _ when key.All(character => char.IsAsciiDigit(character) || char.IsAsciiLetterLower(character)) => Math.Log2(36),
        _ => 6,
    };

    /// <summary>Returns how many characters from here on have occurred before, in either case.</summary>
    private static int LengthOfRepetition(string key, int position)
    {
        var seen = Keyboard + key[..position];
        var length = 0;
        while (position + length < key.Length
            && seen.Contains(key[position..(position + length + 1)], StringComparison.OrdinalIgnoreCase))
            length++;

        return length;
    }

    /// <summary>Returns how many characters from here on follow each other: <c>aaaa</c>, <c>1234</c>, <c>dcba</c>.</summary>
    private static int LengthOfSequence(string key, int position)
    {
        var end = position + 1;
        while (end < key.Length
            && key[end] - key[end - 1] is >= -1 and <= 1
            && (end == position + 1 || key[end] - key[end - 1] == key[end - 1] - key[end - 2]))
            end++;

        return end - position;
    }

    /// <summary>Letters of one word; a capital begins another.</summary>
    [GeneratedRegex("[A-Z]?[a-z]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LowerCase();

    [GeneratedRegex("[A-Z]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UpperCase();

    [GeneratedRegex("[aeiouyAEIOUY]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Vowel();

    /// <summary>Four consonants or three vowels in a row, which few words have.</summary>
    [GeneratedRegex("[^aeiouyAEIOUY]{4}|[aeiouAEIOU]{3}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Cluster();
}
