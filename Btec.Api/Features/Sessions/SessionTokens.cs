using Btec.Api.Platform.BearerTokens;
using Btec.Data.Model;

namespace Btec.Api.Features.Sessions;

/// <summary>Issues the tokens of sessions, whoever they were started for.</summary>
internal sealed class SessionTokens(AccessTokenIssuer accessTokens, ClientTokenIssuer clientTokens)
{
    /// <summary>Issues the tokens of a session.</summary>
    /// <param name="scope">The scopes of a client's access token.</param>
    /// <param name="nonce">The nonce of the authorization request.</param>
    public async Task<GrantedTokens> IssueAsync(
        User user, Session session, string? scope, string? nonce, IssuedRefreshToken? refreshToken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.ClientId is null)
            return new GrantedTokens(await accessTokens.IssueAsync(user, session, cancellationToken)) { RefreshToken = refreshToken };

        var accessToken = await clientTokens.IssueAccessTokenAsync(user, session, scope ?? "", cancellationToken);
        return new GrantedTokens(accessToken)
        {
            RefreshToken = refreshToken,
            Scope = scope,
            IdToken = await clientTokens.IssueIdTokenAsync(session, scope ?? "", nonce, accessToken, cancellationToken),
        };
    }
}
