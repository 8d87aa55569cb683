using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.StepUp;

/// <summary>A new access token of the same session, whose refresh token stays as it is.</summary>
[JsonExample("""
    {"access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…", "token_type": "bearer", "expires_in": 691200}
    """)]
public sealed record StepUpResponse
{
    /// <summary>The access token, which carries the new auth_time, amr and acr.</summary>
    public required Secret AccessToken { get; init; }

    /// <summary>Always bearer (RFC 6750).</summary>
    public required string TokenType { get; init; }

    /// <summary>The number of seconds until the access token expires.</summary>
    public required long ExpiresIn { get; init; }

    internal static StepUpResponse From(AccessToken token) => new()
    {
        AccessToken = new Secret(token.Reveal()),
        TokenType = "bearer",
        ExpiresIn = (long)token.Lifetime.TotalSeconds,
    };
}
