using System.Text;

namespace Btec.Data.Accounts;

/// <summary>The rules and the stored form of short texts, such as full names.</summary>
public static class ShortText
{
    /// <summary>Returns the form that is stored: without surrounding white space, and <see langword="null"/> instead of a text that
    /// shows nothing.</summary>
    public static string? Normalize(string? text)
    {
        var trimmed = text?.Trim();
        return string.IsNullOrEmpty(trimmed) || trimmed.EnumerateRunes().All(IsBlank) ? null : trimmed;
    }

    /// <summary>Returns a sentence that says what is wrong with a text, or <see langword="null"/> if it is accepted. Persian names
    /// and joined emoji need U+200C and U+200D, so these are the format characters that are allowed.</summary>
    /// <param name="maxLength">The maximum length, in code points.</param>
    public static string? FindFault(string? text, int maxLength)
    {
        if (Normalize(text) is not { } trimmed)
            return null;

        if (TextRules.HasInvisible(trimmed, allowsJoiners: true))
            return "Must not contain control, format or separator characters.";

        return TextRules.CountCodePoints(trimmed) > maxLength ? $"Use at most {maxLength} characters." : null;
    }

    private static bool IsBlank(Rune character) => Rune.IsWhiteSpace(character) || TextRules.IsJoiner(character);
}
