using System.Reflection;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;

namespace Btec.Api.Features.OAuthClients;

/// <summary>A client that a superuser registers.</summary>
[JsonExample("""{"name": "Notes", "is_confidential": true, "redirect_uris": ["https://notes.example.com/callback"]}""")]
public sealed record CreateOAuthClientRequest : IBindableFromHttpContext<CreateOAuthClientRequest>
{
    /// <summary>The name that users read, 1 to 100 characters.</summary>
    [ValidClientName]
    public required string Name { get; init; }

    /// <summary>True if the client can keep a secret, and must authenticate. It cannot be changed later.</summary>
    public required bool IsConfidential { get; init; }

    /// <summary>True for an application of the operator: its users are not asked for consent, and its tokens open the API.</summary>
    public bool IsFirstParty { get; init; }

    /// <summary>True for a confidential client that may introspect tokens.</summary>
    public bool MayIntrospect { get; init; }

    /// <summary>The URIs that browsers are sent back to, at most 10: https, http on a loopback address, or a scheme with a dot.</summary>
    [ValidClientList(ClientList.RedirectUris)]
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>The URIs that browsers may be sent to after a logout, at most 10, by the same rules.</summary>
    [ValidClientList(ClientList.RedirectUris)]
    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>The scopes that the client may ask for; by default openid, profile, email and offline_access.</summary>
    [ValidClientList(ClientList.Scopes)]
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>authorization_code, refresh_token and, for confidential clients, client_credentials; by default the first two.</summary>
    [ValidClientList(ClientList.GrantTypes)]
    public IReadOnlyList<string> GrantTypes { get; init; } = [];

    /// <summary>The resources that the client may ask for tokens for, at most 10 absolute URIs (RFC 8707).</summary>
    [ValidClientList(ClientList.Resources)]
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>The URL that is told of ended sessions (OpenID Connect Back-Channel Logout 1.0), or null.</summary>
    [ValidWebUri]
    public string? BackChannelLogoutUri { get; init; }

    /// <summary>The home page, or null.</summary>
    [ValidWebUri]
    public string? ClientUri { get; init; }

    internal RegisteredClient ToClient() => new()
    {
        Id = "",
        Name = ShortText.Normalize(Name)!,
        IsConfidential = IsConfidential,
        IsFirstParty = IsFirstParty,
        MayIntrospect = MayIntrospect,
        RedirectUris = Once(RedirectUris),
        PostLogoutRedirectUris = Once(PostLogoutRedirectUris),
        Scopes = Scopes.Count == 0 ? ScopeRules.Standard : Once(Scopes),
        GrantTypes = GrantTypes.Count == 0 ? Platform.Clients.GrantTypes.Default : Once(GrantTypes),
        Resources = Once(Resources),
        BackChannelLogoutUri = BackChannelLogoutUri,
        ClientUri = ClientUri,
    };

    internal static IReadOnlyList<string> Once(IEnumerable<string> entries) => [.. entries.Distinct(StringComparer.Ordinal)];

    public static ValueTask<CreateOAuthClientRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<CreateOAuthClientRequest>(context);
}
