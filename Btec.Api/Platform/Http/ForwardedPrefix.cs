using System.Buffers;

namespace Btec.Api.Platform.Http;

/// <summary>The header <c>X-Forwarded-Prefix</c>, in which a proxy reports the path that it has removed.</summary>
internal static class ForwardedPrefix
{
    private const string Header = "X-Forwarded-Prefix";

    /// <summary>The characters of a path that need no escaping in a URL (RFC 3986 section 2.3). With other characters, a client
    /// could turn the path into another host.</summary>
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/");

    /// <summary>Returns the path that the outermost trusted proxy has removed, or an empty path.</summary>
    /// <param name="headers">The headers of the request.</param>
    /// <param name="hops">The number of trusted proxies. Each has appended an entry; further entries come from the client.</param>
    public static PathString Find(IHeaderDictionary headers, int hops)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (headers[Header] is not { Count: > 0 } values)
            return PathString.Empty;

        // With fewer entries than proxies, one of the proxies has not set the header, and none of the entries can be trusted.
        var prefixes = values.ToString().Split(',', StringSplitOptions.TrimEntries);
        return prefixes.Length < hops ? PathString.Empty : ToPath(prefixes[^hops]);
    }

    private static PathString ToPath(string prefix)
    {
        var path = prefix.TrimEnd('/');
        return path.StartsWith('/')
            && !path.AsSpan().ContainsAnyExcept(Unreserved)
            && !path.Split('/')[1..].Any(segment => segment is "" or "." or "..")
                ? new PathString(path)
                : PathString.Empty;
    }
}
