using Btec.Data.Accounts;

namespace Btec.Api.Platform.Clients;

/// <summary>The clients with a back-channel logout URI.</summary>
internal sealed class BackChannelClients(ClientRegistry clients) : IBackChannelClients
{
    public async Task<IReadOnlySet<string>> FindAsync(IReadOnlyCollection<string> clientIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clientIds);
        var listeners = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in clientIds)
        {
            if (await clients.FindAsync(id, cancellationToken) is { BackChannelLogoutUri: not null })
                listeners.Add(id);
        }

        return listeners;
    }
}
