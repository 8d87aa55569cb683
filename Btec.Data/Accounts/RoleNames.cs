using System.Text.RegularExpressions;

namespace Btec.Data.Accounts;

/// <summary>The rules for the names of roles (the API contract).</summary>
public static partial class RoleNames
{
    /// <summary>The maximum number of roles of a user, so that an access token stays well below the 8 KiB that web servers allow a header.</summary>
    public const int MaxCount = 50;

    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>Returns what is wrong with a name, or <see langword="null"/>.</summary>
    public static string? FindFault(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Form().IsMatch(name) ? null : "Use 1 to 64 characters of a-z, 0-9, _, ., : and -.";
    }

    /// <summary>Returns the roles as they are stored: each once, in the order of their characters.</summary>
    public static IReadOnlyList<string> Normalize(IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\A[a-z0-9_.:-]{1,64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
