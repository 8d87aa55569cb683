using System.Globalization;
using System.Text;
using Btec.Data;

namespace Btec.Api.Platform.Requests;

/// <summary>The rule for texts of requests that have no rules of their own.</summary>
internal static class RequestText
{
    /// <summary>Returns a sentence that says what is wrong with a text, or <see langword="null"/> if it is accepted.</summary>
    public static string? FindFault(string text) =>
        text.Any(char.IsControl) || !StorableText.IsStorable(text) ? "Must not contain control characters." : null;

    /// <summary>Removes what a text of a header may not contain: control and format characters, which would be invisible or change
    /// how others are shown.</summary>
    public static string Clean(string text)
    {
        if (text.All(character => character is >= ' ' and <= '~'))
            return text;

        var cleaned = new StringBuilder(text.Length);
        foreach (var character in text.EnumerateRunes())
        {
            if (!IsInvisible(character))
                cleaned.Append(character);
        }

        return cleaned.ToString();
    }

    private static bool IsInvisible(Rune character) => Rune.GetUnicodeCategory(character) is
        UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
