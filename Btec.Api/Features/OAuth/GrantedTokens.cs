using Btec.Api.Platform.BearerTokens;

namespace Btec.Api.Features.OAuth;

/// <summary>The tokens that the token endpoint gives a client.</summary>
/// <param name="AccessToken">The access token.</param>
/// <param name="Scope">The scopes of the access token, separated by spaces.</param>
internal sealed record GrantedTokens(AccessToken AccessToken, string Scope)
{
    /// <summary>The refresh token, if the client may have one.</summary>
    public IssuedRefreshToken? RefreshToken { get; init; }

    /// <summary>The id token, if the scopes contain <c>openid</c>.</summary>
    public string? IdToken { get; init; }
}
