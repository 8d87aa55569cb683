using System.Globalization;
using System.Text;

namespace Btec.Data.Accounts;

/// <summary>The rules that e-mail addresses, names and passwords share.</summary>
internal static class TextRules
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    public static int CountCodePoints(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;

        return count;
    }

    /// <summary>Returns whether a text contains characters that are invisible or change how others are shown: control (Cc),
    /// format (Cf: zero-width, bidirectional), line separator (Zl), paragraph separator (Zp) or a lone surrogate.</summary>
    /// <param name="allowsJoiners"><see langword="true"/> if U+200C and U+200D do not count.</param>
    public static bool HasInvisible(string text, bool allowsJoiners = false)
    {
        foreach (var character in text.EnumerateRunes())
        {
            if (allowsJoiners && IsJoiner(character))
                continue;

            if (Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return true;
        }

        return HasLoneSurrogate(text);
    }

    /// <summary>Returns whether a character is U+200C or U+200D, which join letters and emoji or keep them apart.</summary>
    public static bool IsJoiner(Rune character) => character.Value is ZeroWidthNonJoiner or ZeroWidthJoiner;

    /// <summary>Returns the canonical composition (NFC) of a text. Text that .NET does not normalize, with half of a surrogate pair
    /// or U+FFFE, stays as it is.</summary>
    public static string Compose(string text) =>
        text.Contains('\uFFFE', StringComparison.Ordinal) || HasLoneSurrogate(text) ? text : text.Normalize();

    public static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != System.Buffers.OperationStatus.Done)
                return true;

            text = text[consumed..];
        }

        return false;
    }
}
