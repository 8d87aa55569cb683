using Btec.Api.Platform.Http;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.Clients;

/// <summary>The client that the built-in pages are: public, first-party, and known while the pages are served.</summary>
internal sealed class PageClient(IOptions<PagesOptions> pages, IOptions<PublicAddressOptions> address)
{
    public const string Id = "btec-pages";

    /// <summary>Returns the client, or <see langword="null"/> if no pages are served.</summary>
    /// <param name="root">The URL of the pages: <c>PublicUrl</c>, or without that setting the address of the request. If it is not
    /// given, the client has redirect URIs only with <c>PublicUrl</c>.</param>
    public RegisteredClient? Find(string? root)
    {
        if (!pages.Value.Enabled)
            return null;

        root ??= address.Value.PublicUrl?.TrimEnd('/');
        return new RegisteredClient
        {
            Id = Id,
            Name = pages.Value.SiteName ?? "BTEC",
            IsFirstParty = true,
            RedirectUris = root is null ? [] : pages.Value.AdminEnabled ? [$"{root}/account", $"{root}/admin"] : [$"{root}/account"],
            PostLogoutRedirectUris = root is null ? [] : [$"{root}/"],
            Scopes = [ScopeRules.OpenId, ScopeRules.Profile, ScopeRules.Email],
            GrantTypes = [GrantTypes.AuthorizationCode],
        };
    }
}
