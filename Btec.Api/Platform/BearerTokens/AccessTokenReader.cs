using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Validates access tokens: algorithm, type, issuer, audience, lifetime and key.</summary>
internal sealed class AccessTokenReader
{
    /// <summary>The header that lists extensions. A token with extensions that the recipient does not understand must be refused
    /// (RFC 7515 section 4.1.11), which the library does not do.</summary>
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
            ValidIssuers = options.Value.FindFormerIssuer() is { } former ? [former] : null,
            ValidAudience = options.Value.Audience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            IssuerSigningKeyResolver = (_, _, keyId, _) => Find(keyId),
            LifetimeValidator = (notBefore, expires, _, _) => CheckLifetime(notBefore, expires),
        };
    }

    /// <summary>The parameters with which the library validates tokens.</summary>
    public TokenValidationParameters Rules { get; }

    /// <summary>Validates a token that did not arrive as a bearer token.</summary>
    /// <returns>The token, or <see langword="null"/> if it is not valid.</returns>
    public async Task<JsonWebToken?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        await _keys.GetAsync(cancellationToken);
        var result = await _handler.ValidateTokenAsync(token, Rules);
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    /// <summary>Returns whether a validated token is still within its lifetime.</summary>
    public bool IsWithinLifetime(SecurityToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var now = _clock.GetUtcNow().UtcDateTime;
        return token.ValidFrom <= now + BearerAuthentication.ClockSkew && token.ValidTo > now - BearerAuthentication.ClockSkew;
    }

    /// <summary>Returns the user and the session of a token, or <see langword="null"/> if it names none or has critical
    /// extensions.</summary>
    public static TokenHolder? Identify(JsonWebToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return !token.TryGetHeaderValue<object>(CriticalHeader, out _)
            && token.TryGetPayloadValue<object>(AccessTokenIssuer.UserIdClaim, out var value) && value is int userId
            && token.TryGetPayloadValue<object>(AccessTokenIssuer.SessionIdClaim, out var session)
            && Guid.TryParseExact(session as string, "D", out var sessionId)
                ? new TokenHolder(userId, sessionId, token.Subject)
                : null;
    }

    /// <summary>Finds the key that the token names. Shared secrets have no key id.</summary>
    private IEnumerable<SecurityKey> Find(string? keyId)
    {
        var accepted = _keys.Current.Accepted;
        return accepted is [SymmetricSecurityKey, ..]
            ? accepted
            : accepted.Where(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal));
    }

    /// <exception cref="SecurityTokenExpiredException">The token has expired.</exception>
    private bool CheckLifetime(DateTime? notBefore, DateTime? expires)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        if (expires is null || notBefore - BearerAuthentication.ClockSkew > now)
            return false;

        return expires + BearerAuthentication.ClockSkew > now ? true : throw new SecurityTokenExpiredException { Expires = expires.Value };
    }
}

/// <summary>The user and the session that a token names.</summary>
/// <param name="UserId">The id of the user.</param>
/// <param name="SessionId">The id of the session.</param>
/// <param name="Subject">The e-mail address of the user at the time of issue.</param>
internal sealed record TokenHolder(int UserId, Guid SessionId, string? Subject)
{
    /// <summary>Returns whether the token still names its user. After a change of address, somebody else may have the old one, and a
    /// service that identifies users by <c>sub</c> would confuse the two (OpenID Connect Core 1.0 section 5.7).</summary>
    public bool IsOf(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return string.Equals(Subject, user.Email, StringComparison.Ordinal);
    }
}
