namespace Btec.Api.Platform.BearerTokens;

/// <summary>The tokens that a login or a refresh returns.</summary>
internal sealed record TokenPair(AccessToken AccessToken, RefreshTokenValue RefreshToken, TimeSpan RefreshExpiresIn);
