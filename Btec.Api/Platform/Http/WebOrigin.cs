using System.Buffers;
using System.Globalization;

namespace Btec.Api.Platform.Http;

/// <summary>An origin in the form in which browsers send it (RFC 6454 section 6.2): scheme and host in lower case, and no default
/// port. Applications in a web view have schemes of their own, such as <c>capacitor</c> or <c>tauri</c>.</summary>
internal static class WebOrigin
{
    /// <summary>The characters that an authority without a user does not have.</summary>
    private static readonly SearchValues<char> Delimiters = SearchValues.Create("/?#*\\@ ");

    /// <summary>Returns the origin that a text stands for, or <see langword="null"/> if it has a path, wildcards or anything else
    /// that an origin does not have.</summary>
    public static string? Find(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.IdnHost.Length == 0 || url.UserInfo.Length > 0)
            return null;

        // Everything behind the scheme must be the authority: no path, not even a slash, no query and no fragment.
        var authority = text[(url.Scheme.Length + 1)..];
        if (!authority.StartsWith("//", StringComparison.Ordinal) || authority.AsSpan(2).ContainsAny(Delimiters))
            return null;

        // A colon without a port, which Uri accepts.
        if (text.EndsWith(':'))
            return null;

        var host = url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;
        return url.IsDefaultPort
            ? $"{url.Scheme}://{host.ToLowerInvariant()}"
            : string.Create(
                CultureInfo.InvariantCulture, $"{url.Scheme}://{host.ToLowerInvariant()}:{url.Port}");
    }

    /// <summary>Reads a setting that is a list (<c>Cors:AllowedOrigins:0</c> and so on) or one value with commas between the origins. What
    /// is not an origin is returned as it is.</summary>
    public static IEnumerable<string> ReadList(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.GetChildren().Select(child => child.Value).Append(section.Value)
            .SelectMany(value => value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            .Select(origin => Find(origin) ?? origin);
    }
}
