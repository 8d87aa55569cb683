namespace Btec.Api.Platform.Clients;

/// <summary>The scopes of a grant, as one text of words that are separated by spaces (RFC 6749 section 3.3).</summary>
internal static class GrantedScope
{
    /// <summary>Returns the words.</summary>
    public static string[] Split(string? scope) => scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Returns whether a scope is granted.</summary>
    public static bool Has(string? scope, string word) => Split(scope).Contains(word, StringComparer.Ordinal);
}
