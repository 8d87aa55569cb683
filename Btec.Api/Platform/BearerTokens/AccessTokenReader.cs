using System.Globalization;
using Btec.Data.Accounts;
using Btec.Data.Keys;
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
    private readonly AccessTokenKeys _keys;
    private readonly TimeProvider _clock;
    private readonly TokenValidationParameters _rules;
    private readonly TokenValidationParameters _rulesForAnyAudience;

    public AccessTokenReader(IOptions<JwtOptions> options, AccessTokenKeys keys, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_keys, _clock) = (keys, clock);
        _rules = new TokenValidationParameters
        {
            AlgorithmValidator = (algorithm, key, _, _) => AccessTokenKeys.Matches(algorithm, key),
            ValidTypes = [AccessTokenIssuer.TokenType],
            ValidIssuer = options.Value.Issuer,
            ValidIssuers = options.Value.FindFormerIssuer() is { } former ? [former] : null,
            ValidAudience = options.Value.Audience,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Find(keyId),
            LifetimeValidator = (notBefore, expires, _, _) => CheckLifetime(notBefore, expires),
        };
        _rulesForAnyAudience = _rules.Clone();
        _rulesForAnyAudience.AudienceValidator = (audiences, token, _) =>
            audiences.Contains(options.Value.Audience, StringComparer.Ordinal) || IsOfClient((JsonWebToken)token);
    }

    /// <summary>Validates a bearer token. Its keys have been loaded.</summary>
    public async Task<ValidatedToken> ValidateAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid)
            return new ValidatedToken(result, Holder: null, Scope: null);

        var read = (JsonWebToken)result.SecurityToken;
        return new ValidatedToken(result, Identify(read), FindText(read, TokenClaims.Scope));
    }

    /// <summary>Validates a token that did not arrive as a bearer token.</summary>
    /// <returns>The token, or <see langword="null"/> if it is not valid.</returns>
    public Task<JsonWebToken?> ReadAsync(string token, CancellationToken cancellationToken) => ReadAsync(token, _rules, cancellationToken);

    /// <summary>Validates a token that may be for another service: for introspection and revocation, and never to let somebody
    /// in.</summary>
    /// <returns>The token, or <see langword="null"/> if it is not valid.</returns>
    public Task<JsonWebToken?> ReadForAnyAudienceAsync(string token, CancellationToken cancellationToken) =>
        ReadAsync(token, _rulesForAnyAudience, cancellationToken);

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
            && token.TryGetPayloadValue<object>(TokenClaims.UserId, out var value) && value is int userId
            && token.TryGetPayloadValue<object>(TokenClaims.SessionId, out var session)
            && Guid.TryParseExact(session as string, "D", out var sessionId)
                ? new TokenHolder(userId, sessionId, token.Subject, FindClient(token))
                : null;
    }

    /// <summary>Returns the client that got a token for itself, or <see langword="null"/> if it is a user's token, or has critical
    /// extensions.</summary>
    public static string? IdentifyMachine(JsonWebToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return !token.TryGetHeaderValue<object>(CriticalHeader, out _)
            && !token.TryGetPayloadValue<object>(TokenClaims.SessionId, out _)
            && FindClient(token) is { } clientId && string.Equals(token.Subject, clientId, StringComparison.Ordinal)
                ? clientId
                : null;
    }

    private static bool IsOfClient(JsonWebToken token) => FindClient(token) is not (null or AccessTokenIssuer.ClientId);

    private static string? FindClient(JsonWebToken token) => FindText(token, TokenClaims.ClientId);

    private static string? FindText(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<object>(claim, out var value) ? value as string : null;

    private async Task<JsonWebToken?> ReadAsync(string token, TokenValidationParameters rules, CancellationToken cancellationToken)
    {
        await _keys.LoadAsync(token, cancellationToken);
        var result = await _handler.ValidateTokenAsync(token, rules);
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
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
/// <param name="Subject">The e-mail address of the user at the time of issue; in a token of a client, the id.</param>
/// <param name="ClientId">The client that the token was issued to.</param>
internal sealed record TokenHolder(int UserId, Guid SessionId, string? Subject, string? ClientId)
{
    /// <summary>Returns whether the token is one of its session. After a change of address, somebody else may have the old one, and a
    /// service that identifies users by <c>sub</c> would confuse the two (OpenID Connect Core 1.0 section 5.7).</summary>
    public bool IsOf(ActiveSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        // Tokens of the first version name no client.
        return session.ClientId is null
            ? ClientId is null or AccessTokenIssuer.ClientId && string.Equals(Subject, session.User.Email, StringComparison.Ordinal)
            : string.Equals(ClientId, session.ClientId, StringComparison.Ordinal)
                && string.Equals(Subject, session.User.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}

/// <summary>The outcome of validating a bearer token.</summary>
/// <param name="Result">The outcome.</param>
/// <param name="Holder">The user and the session that a valid token names, or <see langword="null"/> if it names none.</param>
/// <param name="Scope">The scopes of a client's token (RFC 9068 section 2.2.3).</param>
internal sealed record ValidatedToken(TokenValidationResult Result, TokenHolder? Holder, string? Scope);
