using System.Net;
using System.Net.Sockets;

namespace Btec.Tests.Infrastructure;

/// <summary>Free TCP ports, for servers whose address must be known before they start, and for servers that do not exist.</summary>
/// <remarks>The operating system gives none of them to a listener on port 0 or to an outgoing connection, so that a port stays free until
/// its server listens. Linux gives those 32,768 and above by default, other systems 49,152 and above.</remarks>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Count = 22_000;

    /// <summary>The last port that was given, as its distance from the first. Processes begin far from each other.</summary>
    private static int s_last = Environment.ProcessId * 97 % Count;

    /// <summary>Returns a port that nothing on the loopback interface listens on, and that was not given before.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref s_last) % Count);
            if (IsFree(port))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
