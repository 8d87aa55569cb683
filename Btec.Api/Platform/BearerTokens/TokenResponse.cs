using Btec.Api.Features.Sessions;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The tokens of a session (RFC 6749 section 5.1).</summary>
public sealed record TokenResponse
{
    /// <summary>The token, to be sent as Authorization: Bearer TOKEN. Clients do not look inside.</summary>
    public required string AccessToken { get; init; }

    /// <summary>Always bearer (RFC 6750).</summary>
    public required string TokenType { get; init; }

    /// <summary>Seconds until the access token expires.</summary>
    public required long ExpiresIn { get; init; }

    /// <summary>To be exchanged at /api/auth/token for the next pair; each is used once.</summary>
    public required string RefreshToken { get; init; }

    /// <summary>Seconds until the refresh token expires, if it is not used.</summary>
    public required long RefreshExpiresIn { get; init; }

    internal static TokenResponse From(TokenPair pair) => new()
    {
        AccessToken = pair.AccessToken.Reveal(),
        TokenType = "bearer",
        ExpiresIn = (long)pair.AccessToken.Lifetime.TotalSeconds,
        RefreshToken = pair.RefreshToken.Reveal(),
        RefreshExpiresIn = (long)pair.RefreshExpiresIn.TotalSeconds,
    };
}
