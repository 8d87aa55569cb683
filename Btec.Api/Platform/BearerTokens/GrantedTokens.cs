namespace Btec.Api.Platform.BearerTokens;

/// <summary>The tokens that the token endpoint gives.</summary>
internal sealed record GrantedTokens(AccessToken AccessToken)
{
    /// <summary>The refresh token, if the client may have one.</summary>
    public IssuedRefreshToken? RefreshToken { get; init; }

    /// <summary>The scopes of a registered client's access token, separated by spaces.</summary>
    public string? Scope { get; init; }

    /// <summary>The id token, if the scopes contain <c>openid</c>.</summary>
    public string? IdToken { get; init; }
}
