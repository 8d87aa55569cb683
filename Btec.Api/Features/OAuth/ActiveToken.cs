using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Data.Accounts;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Features.OAuth;

/// <summary>A token that is active: issued here, not expired, of a session and a user that are active.</summary>
/// <param name="Client">The client of the session, or <see langword="null"/> for those of the API's own routes and of browsers.</param>
internal sealed record ActiveToken(
    string TokenType, ActiveSession Session, RegisteredClient? Client, DateTime IssuedAt, DateTime ExpiresAt, JsonWebToken? AccessToken)
{
    /// <summary>The scopes of a client's token: those of the access token, as far as the session and the client still have them.</summary>
    public string? Scope => Client is null ? Session.Scope
        : AccessToken is not null && AccessToken.TryGetPayloadValue<string>(TokenClaims.Scope, out var scope)
            ? string.Join(' ', GrantedScope.Split(Client.Narrow(scope)).Intersect(GrantedScope.Split(Session.Scope), StringComparer.Ordinal))
            : Client.Narrow(Session.Scope);
}
