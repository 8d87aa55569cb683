using System.Text.Json.Serialization;
using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.OAuth;

/// <summary>The tokens that a grant gives (RFC 6749 section 5.1, OpenID Connect Core 1.0 section 3.1.3.3).</summary>
[JsonExample("""
    {
        "access_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…", "token_type": "bearer", "expires_in": 3600,
        "refresh_token": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y", "refresh_expires_in": 1209600,
        "scope": "openid offline_access", "id_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.…"
    }
    """)]
public sealed record OAuthTokenResponse
{
    /// <summary>The access token. Send it as Authorization: Bearer TOKEN. Its content is not for clients.</summary>
    public required Secret AccessToken { get; init; }

    /// <summary>Always bearer (RFC 6750).</summary>
    public required string TokenType { get; init; }

    /// <summary>The number of seconds until the access token expires.</summary>
    public required long ExpiresIn { get; init; }

    /// <summary>The refresh token. Exchange it for the next pair; each can be used once. A client has one only with the scope
    /// offline_access.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Secret? RefreshToken { get; init; }

    /// <summary>The number of seconds until the refresh token expires if it is not used.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RefreshExpiresIn { get; init; }

    /// <summary>The scopes of the access token, separated by spaces. Only for registered clients.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Scope { get; init; }

    /// <summary>The id token. Only for registered clients, with the scope openid.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Secret? IdToken { get; init; }

    internal static OAuthTokenResponse From(TokenPair pair) => new()
    {
        AccessToken = new Secret(pair.AccessToken.Reveal()),
        TokenType = "bearer",
        ExpiresIn = (long)pair.AccessToken.Lifetime.TotalSeconds,
        RefreshToken = new Secret(pair.RefreshToken.Reveal()),
        RefreshExpiresIn = (long)pair.RefreshExpiresIn.TotalSeconds,
    };

    internal static OAuthTokenResponse From(GrantedTokens tokens) => new()
    {
        AccessToken = new Secret(tokens.AccessToken.Reveal()),
        TokenType = "bearer",
        ExpiresIn = (long)tokens.AccessToken.Lifetime.TotalSeconds,
        RefreshToken = tokens.RefreshToken is { } refresh ? new Secret(refresh.Value.Reveal()) : null,
        RefreshExpiresIn = (long?)tokens.RefreshToken?.ExpiresIn.TotalSeconds,
        Scope = tokens.Scope,
        IdToken = tokens.IdToken is { } idToken ? new Secret(idToken) : null,
    };
}
