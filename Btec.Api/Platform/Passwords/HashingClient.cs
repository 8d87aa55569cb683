using System.Runtime.InteropServices;

namespace Btec.Api.Platform.Passwords;

/// <summary>The client that a computation is for.</summary>
/// <param name="Network">The network of the client, which shares its places in the queue.</param>
/// <param name="IsKnown"><see langword="true"/> if the owner of the account has an active session in that network.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HashingClient(string Network, bool IsKnown)
{
    /// <summary>The process itself, when no request waits for the computation.</summary>
    public static readonly HashingClient Own = new("own", IsKnown: false);
}
