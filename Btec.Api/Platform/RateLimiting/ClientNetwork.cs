using System.Net;
using System.Net.Sockets;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Whom an address stands for.</summary>
public static class ClientNetwork
{
    /// <summary>Bits of an IPv6 address that its holder did not choose: one customer has a /64 or more (RFC 6177 section 2).</summary>
    private const int CustomerBits = 64;

    /// <summary>Bits of a network that a person comes back to with another address: what is announced on the internet is no
    /// smaller (RFC 7454 section 6.1.3).</summary>
    private const int Ipv4NetworkBits = 24;

    private const int Ipv6NetworkBits = 48;

    /// <summary>The one client behind an address: the address, or the /64 around it.</summary>
    public static string ClientOf(IPAddress? address) => Mask(address, int.MaxValue, CustomerBits);

    /// <summary>The network around an address: /24 or /48.</summary>
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
