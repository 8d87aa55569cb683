using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.Clients;

/// <summary>The clients of the authorization server, by their ids: the built-in pages, those of the configuration, and those that a
/// superuser registered.</summary>
internal sealed class ClientRegistry(BtecDbContext database, ConfiguredClients configured, PageClient pages, TimeProvider clock)
{
    /// <summary>Returns a client, or <see langword="null"/> if the id is unknown.</summary>
    public Task<RegisteredClient?> FindAsync(string id, CancellationToken cancellationToken) => FindAsync(id, root: null, cancellationToken);

    /// <summary>Returns a client, or <see langword="null"/> if the id is unknown.</summary>
    /// <param name="id">The <c>client_id</c>.</param>
    /// <param name="root">The URL under which the built-in pages are reached, on which their redirect URIs depend.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<RegisteredClient?> FindAsync(string id, string? root, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id == PageClient.Id)
            return pages.Find(root);

        if (configured.Find(id) is { } client)
            return client;

        if (!IsId(id))
            return null;

        var row = await database.OAuthClients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == id, cancellationToken);
        return row is null ? null : Read(row);
    }

    /// <summary>Returns whether a text can be the id of a row: printable ASCII characters (RFC 6749 appendix A.1).</summary>
    public static bool IsId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.Length is > 0 and <= OAuthClient.IdMaxLength && id.All(character => character is >= ' ' and <= '~');
    }

    /// <summary>Returns the client of a row.</summary>
    public RegisteredClient Read(OAuthClient row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new RegisteredClient
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
    }

    private IReadOnlyList<byte[]> ListSecrets(OAuthClient row)
    {
        var previous = row.PreviousSecretExpiresAt > clock.GetUtcNow() ? row.PreviousSecretHash : null;
        return [.. new[] { row.SecretHash, previous }.OfType<byte[]>()];
    }
}
