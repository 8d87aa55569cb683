using System.Collections.Concurrent;
using System.Net;
using Btec.Api.Platform.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Btec.Api.Platform.Http;

/// <summary>The limit of simultaneous connections of one client address (IPv6: of one /64), so that no client can hold all of
/// them. A further connection is closed at once.</summary>
internal sealed class ConnectionsPerAddress(int limit)
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Applies the limit to every endpoint of the server.</summary>
    public void Limit(KestrelServerOptions kestrel) => kestrel.ConfigureEndpointDefaults(
        endpoint => endpoint.Use(next => connection => ServeAsync(connection, next)));

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var client = ClientNetwork.ClientOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        try
        {
            if (_open.AddOrUpdate(client, 1, (_, count) => count + 1) <= limit)
                await next(connection);
            else
                connection.Abort(new ConnectionAbortedException("The address has too many connections."));
        }
        finally
        {
            // Addresses without connections are forgotten.
            if (_open.AddOrUpdate(client, 0, (_, count) => count - 1) == 0)
                _open.TryRemove(KeyValuePair.Create(client, 0));
        }
    }
}
