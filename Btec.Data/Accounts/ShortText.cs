namespace Btec.Data.Accounts;

/// <summary>The rules and the stored form of short texts, such as full names.</summary>
public static class ShortText
{
    /// <summary>Returns the form that is stored: without surrounding white space, and <see langword="null"/> instead of an
    /// empty text.</summary>
    public static string? Normalize(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>Returns a sentence that says what is wrong with a text, or <see langword="null"/> if it is accepted.</summary>
    /// <param name="maxLength">The maximum length, in code points.</param>
    public static string? FindFault(string? text, int maxLength)
    {
        if (Normalize(text) is not { } trimmed)
            return null;

        if (TextRules.HasInvisible(trimmed))
            return "Must not contain control, format or separator characters.";

        return TextRules.CountCodePoints(trimmed) > maxLength ? $"Use at most {maxLength} characters." : null;
    }
}
