using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The tokens of a session (RFC 6749 section 5.1).</summary>
[JsonExample("""
    {
        "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…", "token_type": "bearer", "expires_in": 691200,
        "refresh_token": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y", "refresh_expires_in": 1209600
    }
    """)]
public sealed record TokenResponse
{
    /// <summary>The access token. Send it as Authorization: Bearer TOKEN. Its content is not for clients.</summary>
    public required Secret AccessToken { get; init; }

    /// <summary>Always bearer (RFC 6750).</summary>
    public required string TokenType { get; init; }

    /// <summary>The number of seconds until the access token expires.</summary>
    public required long ExpiresIn { get; init; }

    /// <summary>The refresh token. Exchange it at /api/auth/token for the next pair; each can be used once.</summary>
    public required Secret RefreshToken { get; init; }

    /// <summary>The number of seconds until the refresh token expires if it is not used.</summary>
    public required long RefreshExpiresIn { get; init; }

    internal static TokenResponse From(TokenPair pair) => new()
    {
        AccessToken = new Secret(pair.AccessToken.Reveal()),
        TokenType = "bearer",
        ExpiresIn = (long)pair.AccessToken.Lifetime.TotalSeconds,
        RefreshToken = new Secret(pair.RefreshToken.Reveal()),
        RefreshExpiresIn = (long)pair.RefreshExpiresIn.TotalSeconds,
    };
}
