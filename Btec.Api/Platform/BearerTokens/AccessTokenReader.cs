using Btec.Data.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The rules of an access token: algorithm, type, issuer, audience, lifetime and key, all fixed.</summary>
public sealed class AccessTokenReader
{
    /// <summary>Whoever does not understand what it lists has to refuse the token (RFC 7515 section 4.1.11); the library does
    /// not look.</summary>
    private const string CriticalHeader = "crit";

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly IKeySource _keys;
    private readonly TimeProvider _clock;

    public AccessTokenReader(IOptions<JwtOptions> options, IKeySource keys, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_keys, _clock) = (keys, clock);
        Rules = new TokenValidationParameters
        {
            ValidAlgorithms = [keys.Algorithm],
            ValidTypes = [AccessTokenIssuer.TokenType],
            ValidIssuer = options.Value.Issuer,
            ValidAudience = options.Value.Audience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            IssuerSigningKeyResolver = (_, _, keyId, _) => Find(keyId),
            LifetimeValidator = (notBefore, expires, _, _) => CheckLifetime(notBefore, expires),
        };
    }

    public TokenValidationParameters Rules { get; }

    /// <summary>Reads a token that did not come as a bearer token; <see langword="null"/> if it is not accepted.</summary>
    public async Task<JsonWebToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        await _keys.GetAsync(cancellationToken);
        var result = await _handler.ValidateTokenAsync(token, Rules);
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    /// <summary>Whether a token that was found good is so now as far as its times go.</summary>
    public bool IsWithinLifetime(SecurityToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var now = _clock.GetUtcNow().UtcDateTime;
        return token.ValidFrom <= now + BearerAuthentication.ClockSkew && token.ValidTo > now - BearerAuthentication.ClockSkew;
    }

    /// <summary>Whose token this is; <see langword="null"/> if it does not say, or has extensions that have to be understood.</summary>
    public static TokenHolder? Identify(JsonWebToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return !token.TryGetHeaderValue<object>(CriticalHeader, out _)
            && token.TryGetPayloadValue<object>(AccessTokenIssuer.UserIdClaim, out var value) && value is int userId
            && token.TryGetPayloadValue<object>(AccessTokenIssuer.SessionIdClaim, out var session)
            && Guid.TryParseExact(session as string, "D", out var sessionId)
                ? new TokenHolder(userId, sessionId)
                : null;
    }

    /// <summary>The key that the token names. A shared secret has no name.</summary>
    private IEnumerable<SecurityKey> Find(string? keyId)
    {
        var accepted = _keys.Current.Accepted;
        return accepted is [SymmetricSecurityKey] ? accepted : accepted.Where(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal));
    }

    /// <exception cref="SecurityTokenExpiredException">The token's time is over.</exception>
    private bool CheckLifetime(DateTime? notBefore, DateTime? expires)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        if (expires is null || notBefore - BearerAuthentication.ClockSkew > now)
            return false;

        return expires + BearerAuthentication.ClockSkew > now ? true : throw new SecurityTokenExpiredException { Expires = expires.Value };
    }
}

/// <summary>The user and the session that a token names.</summary>
public sealed record TokenHolder(int UserId, Guid SessionId);
