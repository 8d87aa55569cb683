using Btec.Api.Platform.Http;

namespace Btec.Api.Features.Passkeys;

/// <summary>The relying party of passkeys (Web Authentication Level 3): the domain that they belong to and the origins that may use
/// them. It follows only from settings, never from a request.</summary>
/// <param name="Id">The domain, or <see langword="null"/> if passkeys are not configured.</param>
/// <param name="Name">The name that authenticators show.</param>
/// <param name="Origins">The origins, as clients report them.</param>
/// <param name="TrustsLocalhost"><see langword="true"/> if the pages of every port of localhost may use passkeys too, in Development.</param>
internal sealed record RelyingParty(string? Id, string Name, IReadOnlyList<string> Origins, bool TrustsLocalhost)
{
    public const string Localhost = "localhost";

    /// <summary>The beginning of the origin of an Android application, which a hash of its certificate follows.</summary>
    public const string AndroidScheme = "android:apk-key-hash:";

    /// <summary>Gets the origins of other domains, which browsers accept if they are published (Web Authentication Level 3, section
    /// "Using Web Authentication across related origins").</summary>
    public IReadOnlyList<string> RelatedOrigins => [.. Origins.Where(origin => IsWeb(origin) && !IsOf(Id, origin))];

    public bool IsConfigured => Id is not null;

    /// <summary>Returns the relying party that the settings describe. The address of the API stands in for what they leave out, if
    /// browsers offer passkeys there: under a domain, and by HTTPS or at localhost.</summary>
    public static RelyingParty From(PasskeyOptions options, PublicAddressOptions address, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(address);
        var own = address.PublicUrl is { } url && WebOrigin.Find(new Uri(url).GetLeftPart(UriPartial.Authority)) is { } origin
            && IsSecure(origin) ? origin : null;
        var id = options.RelyingPartyId
            ?? (own is not null ? HostOf(own) : address.PublicUrl is null && environment.IsDevelopment() ? Localhost : null);
        var trustsLocalhost = id == Localhost && options.Origins.Count == 0 && environment.IsDevelopment();
        IReadOnlyList<string> origins = options.Origins.Count > 0 ? [.. options.Origins] : own is not null && IsOf(id, own) ? [own] : [];
        return new RelyingParty(id, options.RelyingPartyName ?? id ?? "", origins, trustsLocalhost);
    }

    /// <summary>Returns whether a page or an application with this origin may use passkeys.</summary>
    public bool Trusts(string origin) =>
        Origins.Contains(origin, StringComparer.Ordinal)
        || (TrustsLocalhost && WebOrigin.Find(origin) == origin && IsWeb(origin) && HostOf(origin) == Localhost);

    /// <summary>Returns whether a domain is one that passkeys can belong to: not an address, and not a top-level domain.</summary>
    public static bool IsDomain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text == Localhost
            || (Uri.CheckHostName(text) == UriHostNameType.Dns && text.Trim('.').Contains('.', StringComparison.Ordinal)
                && text.All(character => character is >= 'a' and <= 'z' or >= '0' and <= '9' or '-' or '.') && !text.EndsWith('.'));
    }

    /// <summary>Returns whether browsers offer passkeys to pages of an origin (W3C Secure Contexts section 3.1).</summary>
    public static bool IsSecure(string origin) => WebOrigin.Find(origin) == origin && IsWeb(origin) && HostOf(origin) is { } host
        && IsDomain(host) && (host == Localhost || new Uri(origin).Scheme == Uri.UriSchemeHttps);

    /// <summary>Returns whether the host of an origin is a domain or lies under it.</summary>
    public static bool IsOf(string? domain, string origin) =>
        IsWeb(origin) && HostOf(origin) is { } host && (host == domain || host.EndsWith($".{domain}", StringComparison.Ordinal));

    private static bool IsWeb(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);

    private static string HostOf(string origin) => new Uri(origin).IdnHost;
}
