using System.Globalization;
using System.Text;

namespace Btec.Data.Accounts;

/// <summary>What e-mail addresses and names have in common.</summary>
internal static class TextRules
{
    public static int CountCodePoints(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;

        return count;
    }

    /// <summary>Characters that cannot be seen, or that change how others are seen: control (Cc), format (Cf: zero-width,
    /// bidirectional), line separator (Zl), paragraph separator (Zp), and half of a surrogate pair.</summary>
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
