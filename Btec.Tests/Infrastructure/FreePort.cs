using System.Net;
using System.Net.Sockets;

namespace Btec.Tests.Infrastructure;

/// <summary>Free TCP ports, for servers whose address must be known before they start.</summary>
internal static class FreePort
{
    /// <summary>Returns a port that nothing on the loopback interface listens on.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
