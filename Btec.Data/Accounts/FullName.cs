using Btec.Data.Model;

namespace Btec.Data.Accounts;

/// <summary>Which names are accepted, and how they are stored.</summary>
public static class FullName
{
    /// <summary>The form in which names are stored: without white space around them, and absent rather than empty.</summary>
    public static string? Normalize(string? fullName) => string.IsNullOrWhiteSpace(fullName) ? null : fullName.Trim();

    /// <summary>Says what is wrong with a name, in a sentence for its sender, or <see langword="null"/> if it is accepted.</summary>
    public static string? FindFault(string? fullName)
    {
        if (Normalize(fullName) is not { } name)
            return null;

        if (TextRules.HasInvisible(name))
            return "A full name holds no control, format or separator characters.";

        return TextRules.CountCodePoints(name) > User.FullNameMaxLength
            ? $"A full name has at most {User.FullNameMaxLength} characters."
            : null;
    }
}
