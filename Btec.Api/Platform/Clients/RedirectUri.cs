namespace Btec.Api.Platform.Clients;

/// <summary>The comparison of redirect URIs: exact, character by character (RFC 9700 section 2.1), but for the port of a loopback
/// address, which an application of a device learns only when it listens (RFC 8252 section 7.3).</summary>
internal static class RedirectUri
{
    private static readonly string[] s_loopback = ["http://127.0.0.1", "http://[::1]"];

    /// <summary>Returns whether a redirect URI is one of the registered ones.</summary>
    public static bool IsRegistered(IReadOnlyList<string> registered, string presented)
    {
        ArgumentNullException.ThrowIfNull(registered);
        ArgumentNullException.ThrowIfNull(presented);
        return registered.Any(uri => IsSame(uri, presented));
    }

    private static bool IsSame(string registered, string presented) =>
        string.Equals(registered, presented, StringComparison.Ordinal)
        || (WithoutPort(registered) is { } one && WithoutPort(presented) is { } other && string.Equals(one, other, StringComparison.Ordinal));

    /// <summary>Returns a loopback URI without its port, or <see langword="null"/> for any other. <c>localhost</c> is a name that somebody
    /// else may answer for (RFC 8252 section 8.3).</summary>
    private static string? WithoutPort(string uri)
    {
        if (s_loopback.FirstOrDefault(start => uri.StartsWith(start, StringComparison.Ordinal)) is not { } origin)
            return null;

        var rest = uri[origin.Length..];
        if (!rest.StartsWith(':'))
            return rest.Length == 0 || rest[0] is '/' or '?' ? uri : null;

        var end = rest.IndexOfAny(['/', '?']);
        var port = end < 0 ? rest[1..] : rest[1..end];
        return UriRules.IsPort(port) ? origin + (end < 0 ? "" : rest[end..]) : null;
    }
}
