using System.Globalization;
using Btec.Data.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Reads id tokens that clients send back as <c>id_token_hint</c> (OpenID Connect Core 1.0 section 3.1.2.1, RP-Initiated Logout
/// 1.0 section 2). An expired one is good too: it says whom the client means, and proves nothing.</summary>
internal sealed class IdTokenReader(IOptions<JwtOptions> options, TokenKeys keys)
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Reads a hint.</summary>
    /// <returns>Whom it means, or <see langword="null"/> if no published key has signed it, or if it is not an id token.</returns>
    public async Task<IdTokenContent?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        var ring = await keys.IdTokens.GetAsync(cancellationToken);
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidTypes = [IdTokenIssuer.TokenType],
            ValidIssuer = options.Value.Issuer,
            AudienceValidator = (audiences, _, _) => audiences.Any(),
            LifetimeValidator = (_, expires, _, _) => expires is not null,
            IssuerSigningKeyResolver = (_, _, keyId, _) =>
                ring.Accepted.Where(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal)),
        });
        return result.IsValid && result.SecurityToken is JsonWebToken idToken ? Identify(idToken) : null;
    }

    private static IdTokenContent? Identify(JsonWebToken token) =>
        token.Audiences.ToList() is [var clientId]
        && int.TryParse(token.Subject, NumberStyles.None, CultureInfo.InvariantCulture, out var userId)
        && token.TryGetPayloadValue<string>(TokenClaims.SessionId, out var session)
        && Guid.TryParseExact(session, "D", out var sessionId)
            ? new IdTokenContent(clientId, userId, sessionId)
            : null;
}

/// <summary>Whom an id token names.</summary>
/// <param name="ClientId">The client that the id token was issued to.</param>
/// <param name="UserId">The user.</param>
/// <param name="SessionId">The client's session.</param>
internal sealed record IdTokenContent(string ClientId, int UserId, Guid SessionId);
