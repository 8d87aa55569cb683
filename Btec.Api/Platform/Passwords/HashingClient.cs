using System.Runtime.InteropServices;
using Btec.Api.Platform.RateLimiting;

namespace Btec.Api.Platform.Passwords;

/// <summary>The client that a computation is for.</summary>
/// <param name="Network">The network of the client, which shares its places in the queue.</param>
/// <param name="IsKnown"><see langword="true"/> if the owner of the account is known in that network.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HashingClient(string Network, bool IsKnown)
{
    /// <summary>The process itself, when no request waits for the computation.</summary>
    public static readonly HashingClient Own = new("own", IsKnown: false);

    /// <summary>Returns a client whose account need not have an owner.</summary>
    /// <param name="address">The IP address of the client.</param>
    public static HashingClient Anybody(string? address) => new(ClientNetwork.NetworkOf(address), IsKnown: false);

    /// <summary>Returns the client of a caller with an access token, who thus has an active session.</summary>
    /// <param name="address">The IP address of the client.</param>
    public static HashingClient Caller(string? address) => new(ClientNetwork.NetworkOf(address), IsKnown: true);
}
