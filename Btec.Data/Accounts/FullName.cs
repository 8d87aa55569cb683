using Btec.Data.Model;

namespace Btec.Data.Accounts;

/// <summary>The rules and the stored form of full names.</summary>
public static class FullName
{
    /// <summary>Returns the form that is stored: without surrounding white space, and <see langword="null"/> instead of an
    /// empty name.</summary>
    public static string? Normalize(string? fullName) => string.IsNullOrWhiteSpace(fullName) ? null : fullName.Trim();

    /// <summary>Returns a sentence that says what is wrong with a name, or <see langword="null"/> if it is accepted.</summary>
    public static string? FindFault(string? fullName)
    {
        if (Normalize(fullName) is not { } name)
            return null;

        if (TextRules.HasInvisible(name))
            return "Must not contain control, format or separator characters.";

        return TextRules.CountCodePoints(name) > User.FullNameMaxLength
            ? $"Use at most {User.FullNameMaxLength} characters."
            : null;
    }
}
