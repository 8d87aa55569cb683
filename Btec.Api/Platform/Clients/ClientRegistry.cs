using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.Clients;

/// <summary>The clients of the authorization server, by their ids.</summary>
internal sealed class ClientRegistry(BtecDbContext database, TimeProvider clock)
{
    /// <summary>Returns a client, or <see langword="null"/> if the id is unknown.</summary>
    public async Task<RegisteredClient?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var row = await database.OAuthClients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == id, cancellationToken);
        return row is null ? null : Read(row);
    }

    private RegisteredClient Read(OAuthClient row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        IsConfidential = row.IsConfidential,
        IsFirstParty = row.IsFirstParty,
        MayIntrospect = row.MayIntrospect,
        RedirectUris = row.RedirectUris,
        PostLogoutRedirectUris = row.PostLogoutRedirectUris,
        Scopes = row.Scopes,
        GrantTypes = row.GrantTypes,
        Resources = row.Resources,
        BackChannelLogoutUri = row.BackChannelLogoutUri,
        ClientUri = row.ClientUri,
        SecretHashes = ListSecrets(row),
    };

    private IReadOnlyList<byte[]> ListSecrets(OAuthClient row)
    {
        var previous = row.PreviousSecretExpiresAt > clock.GetUtcNow() ? row.PreviousSecretHash : null;
        return [.. new[] { row.SecretHash, previous }.OfType<byte[]>()];
    }
}
