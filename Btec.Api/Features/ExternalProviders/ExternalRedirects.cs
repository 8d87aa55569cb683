using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Http;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The redirect URIs to which one-time codes may go: those of first-party clients, of the built-in pages, and of the setting
/// <c>External:RedirectUris</c>. To any other, somebody could lead the code of another person.</summary>
internal sealed class ExternalRedirects(
    BtecDbContext database, ConfiguredClients clients, IOptions<ExternalOptions> options, IOptions<PagesOptions> pages)
{
    private static readonly string[] s_pages = ["/sign-in", "/register", "/account"];

    /// <summary>Returns whether a redirect URI may be used.</summary>
    /// <param name="uri">The redirect URI, which is compared exactly.</param>
    /// <param name="root">The URL of the built-in pages.</param>
    /// <param name="cancellationToken">A token to cancel the operation.</param>
    public async Task<bool> ContainsAsync(string uri, string root, CancellationToken cancellationToken)
    {
        if (pages.Value.Enabled && s_pages.Any(page => uri == root + page))
            return true;

        if (RedirectUri.IsRegistered([.. options.Value.RedirectUris.Select(allowed => allowed.Value)], uri)
            || clients.All.Any(client => client.IsFirstParty && RedirectUri.IsRegistered(client.RedirectUris, uri)))
            return true;

        // Configuration wins over a row of the same id.
        var rows = await database.OAuthClients.AsNoTracking().Where(client => client.IsFirstParty)
            .Select(client => new { client.Id, client.RedirectUris }).ToListAsync(cancellationToken);
        return rows.Any(client => clients.Find(client.Id) is null && RedirectUri.IsRegistered(client.RedirectUris, uri));
    }
}
