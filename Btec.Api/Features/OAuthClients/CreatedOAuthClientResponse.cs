using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.OAuthClients;

/// <summary>A client with its new secret, which is shown once.</summary>
[JsonExample("""
    {
        "client": {
            "id": "Jq7c1b0Zt4yXv2mWk9sPqA", "name": "Notes", "is_confidential": true, "is_first_party": false, "may_introspect": false,
            "redirect_uris": ["https://notes.example.com/callback"], "post_logout_redirect_uris": [],
            "scopes": ["openid", "profile", "email", "offline_access"], "grant_types": ["authorization_code", "refresh_token"],
            "resources": [], "back_channel_logout_uri": null, "client_uri": null, "is_configured": false,
            "created_at": "2026-01-31T09:30:00.000000Z"
        },
        "client_secret": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y"
    }
    """)]
public sealed record CreatedOAuthClientResponse
{
    /// <summary>The client.</summary>
    public required OAuthClientResponse Client { get; init; }

    /// <summary>The client_secret, which cannot be shown again, or null for a public client.</summary>
    public required Secret? ClientSecret { get; init; }

    internal static CreatedOAuthClientResponse From(ClientWithSecret created)
    {
        ArgumentNullException.ThrowIfNull(created);
        return new CreatedOAuthClientResponse { Client = OAuthClientResponse.From(created.Listed), ClientSecret = created.Secret };
    }
}
