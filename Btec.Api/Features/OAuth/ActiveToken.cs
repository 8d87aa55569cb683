using Btec.Api.Platform.Clients;
using Btec.Data.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Features.OAuth;

/// <summary>A token that is active: issued here, not expired, of a session and a user that are active.</summary>
internal sealed record ActiveToken(
    string TokenType, ActiveSession Session, DateTime IssuedAt, DateTime ExpiresAt, JsonWebToken? AccessToken)
{
    /// <summary>The scopes of a client's token: those of the access token, as far as the session still has them.</summary>
    public string? Scope => AccessToken is not null && AccessToken.TryGetPayloadValue<string>("scope", out var scope) && Session.Scope is not null
        ? string.Join(' ', GrantedScope.Split(scope).Intersect(GrantedScope.Split(Session.Scope), StringComparer.Ordinal))
        : Session.Scope;
}
