namespace Btec.Api.Platform.BearerTokens;

/// <summary>A refresh token for the client, and how long it lives unless it is used.</summary>
internal sealed record IssuedRefreshToken(RefreshTokenValue Value, TimeSpan ExpiresIn);
