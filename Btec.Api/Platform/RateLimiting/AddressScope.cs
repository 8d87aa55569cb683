namespace Btec.Api.Platform.RateLimiting;

/// <summary>A network around a client that is limited as a whole.</summary>
internal enum AddressScope
{
    /// <summary>One client: an IPv4 address, or an IPv6 /64.</summary>
    Address,

    /// <summary>One home or office: an IPv6 /56. IPv4 has no such scope.</summary>
    Site,

    /// <summary>One network: an IPv4 /24, or an IPv6 /48.</summary>
    Network,
}
