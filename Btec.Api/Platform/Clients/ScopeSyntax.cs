namespace Btec.Api.Platform.Clients;

/// <summary>The syntax of scopes (RFC 6749 section 3.3).</summary>
internal static class ScopeSyntax
{
    /// <summary>The maximum length of one scope, in characters. An estimate.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The maximum length of a list of scopes, in characters. An estimate: 20 URLs.</summary>
    public const int MaxListLength = 2_000;

    /// <summary>Returns whether a text is one scope: visible ASCII characters but <c>"</c> and <c>\</c>.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength && text.All(character => character is >= '!' and <= '~' and not ('"' or '\\'));

    /// <summary>Reads scopes with one space between them, each once.</summary>
    /// <returns>The scopes, or <see langword="null"/> if the text is no list of scopes.</returns>
    public static IReadOnlyList<string>? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxListLength)
            return null;

        var names = text.Split(' ');
        return names.All(IsName) ? [.. names.Distinct(StringComparer.Ordinal)] : null;
    }
}
