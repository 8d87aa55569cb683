using System.Globalization;
using System.Text.RegularExpressions;

namespace Btec.Api.Features.Authorize;

/// <summary>The comparison of a redirect URI with those that a client has registered.</summary>
internal static partial class RedirectUriMatch
{
    /// <summary>Returns whether a redirect URI is registered: the same string (RFC 9700 section 2.1), but for the port of a loopback address,
    /// which a native application gets from its operating system (RFC 8252 section 7.3).</summary>
    public static bool IsRegistered(IEnumerable<string> registered, string uri)
    {
        ArgumentNullException.ThrowIfNull(registered);
        ArgumentNullException.ThrowIfNull(uri);
        var portless = RemoveLoopbackPort(uri);
        return registered.Any(known => string.Equals(known, uri, StringComparison.Ordinal)
            || (portless is not null && string.Equals(RemoveLoopbackPort(known), portless, StringComparison.Ordinal)));
    }

    private static string? RemoveLoopbackPort(string uri)
    {
        var match = Loopback().Match(uri);
        return match.Success && (!match.Groups["port"].Success || ushort.TryParse(match.Groups["port"].ValueSpan, CultureInfo.InvariantCulture, out _))
            ? $"{match.Groups["host"].Value}{match.Groups["rest"].Value}"
            : null;
    }

    [GeneratedRegex(
        @"^(?<host>http://(127\.0\.0\.1|\[::1\]))(:(?<port>[1-9][0-9]{0,4}))?(?<rest>([/?].*)?)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Loopback();
}
