using System.Net;
using System.Net.Sockets;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The networks that stand for one client or for one place.</summary>
internal static class ClientNetwork
{
    /// <summary>The prefix of IPv6 that identifies a customer, in bits: providers assign at least a /64 (RFC 6177 section
    /// 2).</summary>
    private const int CustomerBits = 64;

    /// <summary>The prefix of IPv4 that identifies a network, in bits. Smaller networks are usually not announced on the internet
    /// (RFC 7454 section 6.1.3), so a person whose address changes mostly stays within it.</summary>
    private const int Ipv4NetworkBits = 24;

    /// <summary>The prefix of IPv6 that identifies a network, in bits, for the same reason.</summary>
    private const int Ipv6NetworkBits = 48;

    /// <summary>Returns the client behind an address: the IPv4 address, or the /64 of the IPv6 address.</summary>
    public static string ClientOf(IPAddress? address) => Mask(address, int.MaxValue, CustomerBits);

    /// <summary>Returns the network around an address: /24 for IPv4, /48 for IPv6.</summary>
    public static string NetworkOf(string? address) =>
        Mask(IPAddress.TryParse(address, out var parsed) ? parsed : null, Ipv4NetworkBits, Ipv6NetworkBits);

    private static string Mask(IPAddress? address, int ipv4Bits, int ipv6Bits)
    {
        if (address is null)
            return "none";

        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? ipv4Bits : ipv6Bits;
        var bytes = address.GetAddressBytes();
        for (var index = 0; index < bytes.Length; index++)
        {
            var kept = Math.Clamp(bits - (8 * index), 0, 8);
            bytes[index] &= (byte)(0xFF << (8 - kept));
        }

        return new IPAddress(bytes).ToString();
    }
}
