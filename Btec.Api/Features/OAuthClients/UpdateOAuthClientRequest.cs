using System.Reflection;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;

namespace Btec.Api.Features.OAuthClients;

/// <summary>A change of a client. Members that are left out stay as they are.</summary>
[JsonExample("""{"redirect_uris": ["https://notes.example.com/callback", "http://127.0.0.1/callback"]}""")]
public sealed record UpdateOAuthClientRequest : IBindableFromHttpContext<UpdateOAuthClientRequest>
{
    /// <summary>The name that users read, 1 to 100 characters.</summary>
    [ValidClientName]
    public Optional<string> Name { get; init; }

    /// <summary>True for an application of the operator: its users are not asked for consent, and its tokens open the API.</summary>
    public Optional<bool> IsFirstParty { get; init; }

    /// <summary>True for a confidential client that may introspect tokens.</summary>
    public Optional<bool> MayIntrospect { get; init; }

    /// <summary>The URIs that browsers are sent back to, at most 10: https, http on a loopback address, or a scheme with a dot.</summary>
    [ValidClientList(ClientList.RedirectUris)]
    public Optional<IReadOnlyList<string>> RedirectUris { get; init; }

    /// <summary>The URIs that browsers may be sent to after a logout, at most 10, by the same rules.</summary>
    [ValidClientList(ClientList.RedirectUris)]
    public Optional<IReadOnlyList<string>> PostLogoutRedirectUris { get; init; }

    /// <summary>The scopes that the client may ask for; empty for openid, profile, email and offline_access.</summary>
    [ValidClientList(ClientList.Scopes)]
    public Optional<IReadOnlyList<string>> Scopes { get; init; }

    /// <summary>authorization_code, refresh_token and, for confidential clients, client_credentials; empty for the first two.</summary>
    [ValidClientList(ClientList.GrantTypes)]
    public Optional<IReadOnlyList<string>> GrantTypes { get; init; }

    /// <summary>The resources that the client may ask for tokens for, at most 10 absolute URIs (RFC 8707).</summary>
    [ValidClientList(ClientList.Resources)]
    public Optional<IReadOnlyList<string>> Resources { get; init; }

    /// <summary>The URL that is told of ended sessions (OpenID Connect Back-Channel Logout 1.0); null clears it.</summary>
    [ValidWebUri]
    public Optional<string?> BackChannelLogoutUri { get; init; }

    /// <summary>The home page; null clears it.</summary>
    [ValidWebUri]
    public Optional<string?> ClientUri { get; init; }

    internal RegisteredClient ApplyTo(RegisteredClient client) => client with
    {
        Name = Name.IsGiven ? ShortText.Normalize(Name.Value)! : client.Name,
        IsFirstParty = IsFirstParty.Or(client.IsFirstParty),
        MayIntrospect = MayIntrospect.Or(client.MayIntrospect),
        RedirectUris = Choose(RedirectUris, client.RedirectUris, []),
        PostLogoutRedirectUris = Choose(PostLogoutRedirectUris, client.PostLogoutRedirectUris, []),
        Scopes = Choose(Scopes, client.Scopes, ScopeRules.Standard),
        GrantTypes = Choose(GrantTypes, client.GrantTypes, Platform.Clients.GrantTypes.Default),
        Resources = Choose(Resources, client.Resources, []),
        BackChannelLogoutUri = BackChannelLogoutUri.Or(client.BackChannelLogoutUri),
        ClientUri = ClientUri.Or(client.ClientUri),
    };

    private static IReadOnlyList<string> Choose(
        Optional<IReadOnlyList<string>> sent, IReadOnlyList<string> current, IReadOnlyList<string> whenEmpty) =>
        !sent.IsGiven ? current : sent.Value is { Count: > 0 } entries ? CreateOAuthClientRequest.Once(entries) : whenEmpty;

    public static ValueTask<UpdateOAuthClientRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<UpdateOAuthClientRequest>(context);
}
