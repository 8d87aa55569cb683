using System.Globalization;
using System.Text;

namespace Btec.Data.Accounts;

/// <summary>The rules that e-mail addresses, names and passwords share.</summary>
internal static class TextRules
{
    public static int CountCodePoints(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;

        return count;
    }

    /// <summary>Returns whether a text contains characters that are invisible or change how others are shown: control (Cc),
    /// format (Cf: zero-width, bidirectional), line separator (Zl), paragraph separator (Zp) or a lone surrogate.</summary>
    public static bool HasInvisible(string text)
    {
        foreach (var character in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return true;
        }

        return HasLoneSurrogate(text);
    }

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
