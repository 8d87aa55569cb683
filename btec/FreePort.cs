using System.Net.NetworkInformation;

namespace Btec.Commands;

internal static class FreePort
{
    /// <summary>The wanted port or, if a program on this machine listens there, the next above it that is free.</summary>
    public static int From(int wanted)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(endpoint => endpoint.Port).ToHashSet();
        return Enumerable.Range(wanted, ushort.MaxValue - wanted).First(port => !taken.Contains(port));
    }
}
