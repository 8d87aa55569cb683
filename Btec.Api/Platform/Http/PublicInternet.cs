using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Btec.Data;

namespace Btec.Api.Platform.Http;

/// <summary>Connects only to addresses of the public internet, so that a URL that somebody registered leads to nothing inside the own
/// network (server-side request forgery).</summary>
internal static class PublicInternet
{
    /// <summary>The networks beside those of <see cref="PrivateAddress"/> that are not globally reachable, or that contain other addresses
    /// (the IANA registries of special-purpose addresses, RFC 6890).</summary>
    private static readonly IPNetwork[] s_special =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/3"), IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("3fff::/20"),
    ];

    /// <summary>The limit for the headers of an answer, in KiB. An estimate.</summary>
    private const int MaxHeaderKibibytes = 16;

    /// <summary>The time after which a name is resolved again. An estimate.</summary>
    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(1);

    /// <summary>The addresses that IPv6 has assigned to networks so far (RFC 4291 section 2.4).</summary>
    private static readonly IPNetwork s_globalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Returns whether an address is of the public internet.</summary>
    public static bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        return !PrivateAddress.Contains(address)
            && (address.AddressFamily == AddressFamily.InterNetwork || s_globalUnicast.Contains(address))
            && !Array.Exists(s_special, network => network.Contains(address));
    }

    /// <summary>Returns a handler for requests to URLs that others have registered. It follows no redirect, uses no proxy, and keeps neither
    /// cookies nor the body of an answer that nobody reads.</summary>
    /// <param name="allowsPrivate"><see langword="true"/> if it connects to any address.</param>
    /// <param name="resolve">The resolution of names, if it is not that of the system.</param>
    public static SocketsHttpHandler CreateHandler(
        bool allowsPrivate, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            Credentials = null,
            MaxResponseHeadersLength = MaxHeaderKibibytes,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = s_connectionLifetime,
            ConnectCallback = allowsPrivate ? null : (context, cancel) => ConnectAsync(resolve ?? Dns.GetHostAddressesAsync, context, cancel),
        };

    /// <summary>Connects to a host. Its name is resolved once, and only the addresses that were checked are used: a second answer of its
    /// name server may be another one.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The stream owns the socket.")]
    public static async ValueTask<Stream> ConnectAsync(
        Func<string, CancellationToken, Task<IPAddress[]>> resolve, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        ArgumentNullException.ThrowIfNull(context);
        var found = await resolve(context.DnsEndPoint.Host, cancellationToken);
        var usable = Array.FindAll(found, Contains);
        if (usable.Length == 0)
            throw new HttpRequestException("The host has no address of the public internet.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
