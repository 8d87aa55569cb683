using Btec.Api.Platform.Clients;
using Btec.Data.Model;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Issues the tokens of clients.</summary>
internal sealed class ClientTokenIssuer(AccessTokenIssuer accessTokens, IdTokenIssuer idTokens)
{
    /// <summary>Issues an access token of a client's session.</summary>
    /// <param name="scope">The scopes of the token, which may be fewer than those of the session.</param>
    public ValueTask<AccessToken> IssueAccessTokenAsync(
        User user, Session session, string scope, CancellationToken cancellationToken) =>
        accessTokens.IssueAsync(user, session, scope, cancellationToken);

    /// <summary>Issues an id token, or returns <see langword="null"/> without the scope <c>openid</c>.</summary>
    public async ValueTask<string?> IssueIdTokenAsync(
        Session session, string scope, string? nonce, AccessToken accessToken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return scope.Split(' ').Contains(ScopeRules.OpenId, StringComparer.Ordinal)
            ? await idTokens.IssueAsync(session, accessToken, nonce, cancellationToken)
            : null;
    }
}
