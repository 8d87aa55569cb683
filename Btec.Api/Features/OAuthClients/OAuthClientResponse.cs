using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.OAuthClients;

/// <summary>A client of the authorization server.</summary>
[JsonExample("""
    {
        "id": "Jq7c1b0Zt4yXv2mWk9sPqA", "name": "Notes", "is_confidential": true, "is_first_party": false, "may_introspect": false,
        "redirect_uris": ["https://notes.example.com/callback"], "post_logout_redirect_uris": [],
        "scopes": ["openid", "profile", "email", "offline_access"], "grant_types": ["authorization_code", "refresh_token"],
        "resources": [], "back_channel_logout_uri": null, "client_uri": null, "is_configured": false,
        "created_at": "2026-01-31T09:30:00.000000Z"
    }
    """)]
public sealed record OAuthClientResponse
{
    /// <summary>The client_id.</summary>
    public required string Id { get; init; }

    /// <summary>The name that users read.</summary>
    public required string Name { get; init; }

    /// <summary>True if the client has a secret and must authenticate.</summary>
    public required bool IsConfidential { get; init; }

    /// <summary>True for an application of the operator: its users are not asked for consent, and its tokens open the API.</summary>
    public required bool IsFirstParty { get; init; }

    /// <summary>True if the client may introspect tokens.</summary>
    public required bool MayIntrospect { get; init; }

    /// <summary>The URIs that browsers are sent back to.</summary>
    public required IReadOnlyList<string> RedirectUris { get; init; }

    /// <summary>The URIs that browsers may be sent to after a logout.</summary>
    public required IReadOnlyList<string> PostLogoutRedirectUris { get; init; }

    /// <summary>The scopes that the client may ask for.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The grant types that the client may use.</summary>
    public required IReadOnlyList<string> GrantTypes { get; init; }

    /// <summary>The resources that the client may ask for tokens for.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>The URL that is told of ended sessions, or null.</summary>
    public required string? BackChannelLogoutUri { get; init; }

    /// <summary>The home page, or null.</summary>
    public required string? ClientUri { get; init; }

    /// <summary>True for a client of the configuration, which cannot be changed here.</summary>
    public required bool IsConfigured { get; init; }

    /// <summary>The time of the registration, or null for a client of the configuration.</summary>
    public required DateTimeOffset? CreatedAt { get; init; }

    internal static OAuthClientResponse From(ListedClient listed)
    {
        ArgumentNullException.ThrowIfNull(listed);
        var client = listed.Client;
        return new OAuthClientResponse
        {
            Id = client.Id,
            Name = client.Name,
            IsConfidential = client.IsConfidential,
            IsFirstParty = client.IsFirstParty,
            MayIntrospect = client.MayIntrospect,
            RedirectUris = client.RedirectUris,
            PostLogoutRedirectUris = client.PostLogoutRedirectUris,
            Scopes = client.Scopes,
            GrantTypes = client.GrantTypes,
            Resources = client.Resources,
            BackChannelLogoutUri = client.BackChannelLogoutUri,
            ClientUri = client.ClientUri,
            IsConfigured = listed.CreatedAt is null,
            CreatedAt = listed.CreatedAt,
        };
    }
}
