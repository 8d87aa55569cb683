using System.Net;
using System.Net.Sockets;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The networks around a client's address. An IPv4 address in the form of IPv6 counts as the IPv4 address.</summary>
internal static class ClientNetwork
{
    /// <summary>The prefix of IPv6 that identifies a customer, in bits: providers assign at least a /64 (RFC 6177 section
    /// 2).</summary>
    private const int CustomerBits = 64;

    /// <summary>The prefix of IPv6 that regional registries encourage for homes, in bits (RFC 6177 section 1).</summary>
    private const int SiteBits = 56;

    /// <summary>The prefix of IPv6 that identifies a network, in bits: the largest that an end site usually gets (RFC 3177
    /// section 3), and the smallest that is usually announced on the internet (RFC 7454 section 6.1.3).</summary>
    private const int Ipv6NetworkBits = 48;

    /// <summary>The prefix of IPv4 that identifies a network, in bits. Smaller networks are usually not announced on the internet
    /// (RFC 7454 section 6.1.3), so a person whose address changes mostly stays within it.</summary>
    private const int Ipv4NetworkBits = 24;

    private const int Ipv4Bits = 32;

    /// <summary>The length of an IPv4 address, in bytes.</summary>
    private const int Ipv4Bytes = 4;

    private const string Unknown = "none";

    /// <summary>The prefix under which translators show IPv4 addresses to hosts that only have IPv6 (RFC 6052 section
    /// 2.1).</summary>
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Returns the networks that contain an address, from the smallest to the largest.</summary>
    public static IReadOnlyList<(AddressScope Scope, string Prefix)> ScopesOf(IPAddress? address) => Unwrap(address) switch
    {
        null => [(AddressScope.Address, Unknown)],
        { AddressFamily: AddressFamily.InterNetwork } ipv4 =>
        [
            (AddressScope.Address, Mask(ipv4, Ipv4Bits)),
            (AddressScope.Network, Mask(ipv4, Ipv4NetworkBits)),
        ],
        { } ipv6 =>
        [
            (AddressScope.Address, Mask(ipv6, CustomerBits)),
            (AddressScope.Site, Mask(ipv6, SiteBits)),
            (AddressScope.Network, Mask(ipv6, Ipv6NetworkBits)),
        ],
    };

    /// <summary>Returns the client behind an address: the IPv4 address, or the /64 of the IPv6 address.</summary>
    public static string ClientOf(IPAddress? address) => ScopesOf(address)[0].Prefix;

    /// <summary>Returns the network around an address: /24 for IPv4, /48 for IPv6.</summary>
    public static string NetworkOf(IPAddress? address) => ScopesOf(address)[^1].Prefix;

    /// <summary>Returns the network around an address: /24 for IPv4, /48 for IPv6.</summary>
    public static string NetworkOf(string? address) =>
        NetworkOf(IPAddress.TryParse(address, out var parsed) ? parsed : null);

    private static IPAddress? Unwrap(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            return address.MapToIPv4();

        return address is { AddressFamily: AddressFamily.InterNetworkV6 } && Translated.Contains(new IPAddress(address.GetAddressBytes()))
            ? new IPAddress(address.GetAddressBytes().AsSpan()[^Ipv4Bytes..])
            : address;
    }

    private static string Mask(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var index = 0; index < bytes.Length; index++)
        {
            var kept = Math.Clamp(bits - (8 * index), 0, 8);
            bytes[index] &= (byte)(0xFF << (8 - kept));
        }

        return $"{new IPAddress(bytes)}/{bits}";
    }
}
