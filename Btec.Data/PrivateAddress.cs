using System.Net;
using System.Net.Sockets;

namespace Btec.Data;

/// <summary>The IP addresses that are not of the public internet.</summary>
public static class PrivateAddress
{
    /// <summary>The networks: private use (RFC 1918), loopback, link-local (RFC 3927, RFC 4291 section 2.5.6), shared by a carrier
    /// (RFC 6598), unique local (RFC 4193) and unspecified.</summary>
    private static readonly IPNetwork[] Networks =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("0.0.0.0/32"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("::/128"), IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"),
    ];

    /// <summary>Returns whether an address is of such a network.</summary>
    public static bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        // A zone is not part of the network.
        var plain = address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;
        return Array.Exists(Networks, network => network.Contains(plain));
    }
}
