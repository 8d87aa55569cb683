using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Btec.Api.Platform.Clients;

/// <summary>The rules for the URIs of a client. They are stricter than RFC 3986, so that no two programs read one URI
/// differently.</summary>
internal static class UriRules
{
    /// <summary>The maximum length of a URI, in characters. An estimate: Internet Explorer read 2,083, and the limit of a request line here
    /// is 8 KiB.</summary>
    public const int MaxLength = 2_000;

    /// <summary>The characters of URIs without the delimiter of fragments (RFC 3986 sections 2.2 and 2.3) and without <c>*</c>, which
    /// looks like a wildcard.</summary>
    private static readonly SearchValues<char> s_allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]@!$&'()+,;=%");

    /// <summary>The parameters of answers to clients (RFC 6749 section 4.1.2, RFC 9207 section 2). A client would find them twice.</summary>
    private static readonly string[] s_answers = ["code", "state", "iss", "error", "error_description", "error_uri"];

    private static readonly SearchValues<char> s_schemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789+-.");
    private static readonly SearchValues<char> s_hostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>Finds what is wrong with a URI that browsers are sent to: https, http on a loopback address, or, for applications of a
    /// device, a scheme of their own (RFC 8252 section 7).</summary>
    public static string? FindRedirectFault(string uri) => FindFault(uri, allowsOwnScheme: true) ?? FindParameterFault(uri);

    /// <summary>Finds what is wrong with a URI that must be https, or http on a loopback address.</summary>
    public static string? FindWebFault(string uri) => FindFault(uri, allowsOwnScheme: false);

    /// <summary>Finds what is wrong with a resource: an absolute URI without a fragment (RFC 8707 section 2).</summary>
    public static string? FindResourceFault(string uri)
    {
        if (FindTextFault(uri) is { } fault)
            return fault;

        return FindScheme(uri) is not { } scheme || uri.Length == scheme.Length + 1
            ? "Must be an absolute URI, such as https://api.example.com."
            : scheme is "http" or "https" && FindAuthorityFault(uri, scheme) is { } wrong ? wrong : null;
    }

    private static string? FindFault(string uri, bool allowsOwnScheme)
    {
        if (FindTextFault(uri) is { } fault)
            return fault;

        return FindScheme(uri) switch
        {
            "https" => FindAuthorityFault(uri, "https"),
            "http" => FindAuthorityFault(uri, "http") ?? (IsLoopback(uri) ? null : "Use https, or http with localhost, 127.0.0.1 or [::1]."),
            { } scheme when allowsOwnScheme => FindOwnSchemeFault(uri, scheme),
            _ => "Must be an absolute https URL.",
        };
    }

    private static string? FindTextFault(string uri)
    {
        if (uri.Length is 0 or > MaxLength)
            return $"Use 1 to {MaxLength} characters.";

        if (uri.Contains('#', StringComparison.Ordinal))
            return "Must not have a fragment.";

        if (uri.Contains('*', StringComparison.Ordinal))
            return "Must not have a wildcard.";

        if (uri.AsSpan().ContainsAnyExcept(s_allowed))
            return "Use only the characters of URIs, and percent-encode all others.";

        if (HasBrokenEscape(uri))
            return "Write two hexadecimal digits after each %.";

        return uri.Split('?')[0].Split('/').Any(IsDotSegment) ? "Must not have the segments . and .. in its path." : null;
    }

    private static string? FindParameterFault(string uri) =>
        uri.Split('?', 2).Skip(1).SelectMany(query => query.Split('&'))
            .Any(parameter => s_answers.Contains(Uri.UnescapeDataString(parameter.Split('=')[0]), StringComparer.Ordinal))
            ? $"Must not have the parameters {string.Join(", ", s_answers)}."
            : null;

    private static bool HasBrokenEscape(string uri)
    {
        for (var at = uri.IndexOf('%', StringComparison.Ordinal); at >= 0; at = uri.IndexOf('%', at + 1))
        {
            if (at + 2 >= uri.Length || !char.IsAsciiHexDigit(uri[at + 1]) || !char.IsAsciiHexDigit(uri[at + 2])
                || (uri[at + 1] is '0' or '1') || uri.AsSpan(at + 1, 2).Equals("7f", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>Returns whether browsers drop a segment of a path, which may be percent-encoded (WHATWG URL Standard, section 4.1).</summary>
    private static bool IsDotSegment(string segment) =>
        segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";

    /// <summary>Returns the scheme in its only form, lower case, or <see langword="null"/> if the URI is not absolute.</summary>
    private static string? FindScheme(string uri)
    {
        var end = uri.IndexOf(':', StringComparison.Ordinal);
        return end > 0 && char.IsAsciiLetterLower(uri[0]) && !uri.AsSpan(0, end).ContainsAnyExcept(s_schemeCharacters) ? uri[..end] : null;
    }

    private static string? FindOwnSchemeFault(string uri, string scheme)
    {
        // RFC 8252 section 7.1: a domain of one's own, in reverse order.
        if (!scheme.Contains('.', StringComparison.Ordinal) || scheme.Split('.').Any(label => label.Length == 0))
            return "Use https, or a scheme with a dot, such as com.example.app.";

        var rest = uri.AsSpan(scheme.Length + 1);
        return rest.StartsWith("/", StringComparison.Ordinal) && !rest.Contains('@')
            ? null
            : "Write the path after the scheme, such as com.example.app:/callback, without a user.";
    }

    private static string? FindAuthorityFault(string uri, string scheme)
    {
        const string Wrong = "Must have a host in lower case and, if any, a port from 1 to 65535, without a user.";
        if (!uri.AsSpan(scheme.Length + 1).StartsWith("//", StringComparison.Ordinal))
            return Wrong;

        var authority = FindAuthority(uri, scheme);
        var colon = authority.LastIndexOf(':');
        var (host, port) = colon > authority.LastIndexOf(']') ? (authority[..colon], authority[(colon + 1)..]) : (authority, null);
        return IsHost(host) && (port is null || IsPort(port)) ? null : Wrong;
    }

    internal static string FindAuthority(string uri, string scheme)
    {
        var rest = uri[(scheme.Length + 3)..];
        var end = rest.IndexOfAny(['/', '?']);
        return end < 0 ? rest : rest[..end];
    }

    internal static bool IsPort(string text) =>
        text.Length is >= 1 and <= 5 && text[0] != '0' && text.All(char.IsAsciiDigit)
        && int.Parse(text, CultureInfo.InvariantCulture) <= IPEndPoint.MaxPort;

    private static bool IsHost(string host)
    {
        if (host.StartsWith('['))
        {
            return host.EndsWith(']') && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var v6)
                && v6.AddressFamily == AddressFamily.InterNetworkV6 && $"[{v6}]" == host;
        }

        // RFC 1123 section 2.1.
        var labels = host.Split('.');
        if (host.Length > 253 || host.AsSpan().ContainsAnyExcept(s_hostCharacters)
            || labels.Any(label => label.Length is 0 or > 63 || label.StartsWith('-') || label.EndsWith('-')))
            return false;

        // What ends in a number is an IPv4 address, which has many spellings (WHATWG URL Standard, section 3.5).
        return !IsNumber(labels[^1]) || (IPAddress.TryParse(host, out var v4) && v4.ToString() == host);
    }

    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit)
        || (label.StartsWith("0x", StringComparison.Ordinal) && label.Skip(2).All(char.IsAsciiHexDigit));

    private static bool IsLoopback(string uri)
    {
        var authority = FindAuthority(uri, "http");
        var colon = authority.LastIndexOf(':');
        return (colon > authority.LastIndexOf(']') ? authority[..colon] : authority) is "localhost" or "127.0.0.1" or "[::1]";
    }
}
