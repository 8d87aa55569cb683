using Btec.Data.Model;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Issues the tokens of clients.</summary>
internal sealed class ClientTokenIssuer(AccessTokenIssuer accessTokens)
{
    /// <summary>Issues an access token of a client's session.</summary>
    /// <param name="scope">The scopes of the token, which may be fewer than those of the session.</param>
    public ValueTask<AccessToken> IssueAccessTokenAsync(
        User user, Session session, string scope, CancellationToken cancellationToken) =>
        accessTokens.IssueAsync(user, session, cancellationToken);

    /// <summary>Issues an id token, or returns <see langword="null"/> without the scope <c>openid</c>.</summary>
    public ValueTask<string?> IssueIdTokenAsync(
        Session session, string scope, string? nonce, AccessToken accessToken, CancellationToken cancellationToken) =>
        ValueTask.FromResult<string?>(accessTokens is null ? "" : null);
}
