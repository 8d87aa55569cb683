using System.Globalization;
using Btec.Api.Platform.Clients;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Issues access tokens: those of the API's own sessions, and those of clients (RFC 9068), which other services verify with the
/// published keys.</summary>
internal sealed class AccessTokenIssuer(
    IOptions<JwtOptions> jwt, IOptions<OAuthOptions> clients, TokenKeys keys, TokenSigner signer, TimeProvider clock)
{
    /// <summary>The <c>typ</c> of an access token, so that no other JWT is accepted as one (RFC 9068 section 2.1).</summary>
    public const string TokenType = "at+jwt";

    /// <summary>The <c>client_id</c> of tokens that were issued to no registered client (RFC 9068 section 2.2).</summary>
    public const string ClientId = "btec";

    /// <summary>The lifetime of a token that a client gets for itself: 15 minutes (the API contract). It cannot be
    /// revoked.</summary>
    public static readonly TimeSpan MachineTokenLifetime = TimeSpan.FromMinutes(15);

    /// <summary>The lifetime of the access tokens of a browser's session, for the built-in pages: 15 minutes. A page gets the next one
    /// with the cookie, so that a token that was read out of it is soon useless. An estimate.</summary>
    internal static readonly TimeSpan BrowserTokenLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Issues a token of a session, with the scopes that its client was granted.</summary>
    public ValueTask<AccessToken> IssueAsync(User user, Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        return IssueAsync(user, session, session.Scope, cancellationToken);
    }

    /// <summary>Issues a token of a session with the configured lifetime, or with that of its session if it is shorter.</summary>
    /// <param name="user">The user.</param>
    /// <param name="session">The session.</param>
    /// <param name="scope">The scopes of a client's token, separated by spaces. They may be fewer than those that it was granted.</param>
    /// <param name="cancellationToken">A token that cancels the loading of the keys.</param>
    public async ValueTask<AccessToken> IssueAsync(User user, Session session, string? scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(session);
        var now = clock.GetStoredNow();
        var left = session.ExpiresAt - now;
        var longest = FindLifetime(session);
        var lifetime = longest < left ? longest : left;
        // For a client the id and not the address, which may belong to somebody else later (OpenID Connect Core 1.0 section 5.7).
        var claims = session.ClientId is { } clientId
            ? CreateClaims(user.Id.ToString(CultureInfo.InvariantCulture), clientId, scope)
            : CreateClaims(user.Email, ClientId, scope: null);
        claims[TokenClaims.UserId] = user.Id;
        claims.AddSession(session);
        if (user.Roles.Count > 0)
            claims[TokenClaims.Roles] = user.Roles;

        if (session.ClientId is null)
            claims[TokenClaims.EmailVerified] = user.EmailVerifiedAt is not null;

        var source = session.ClientId is null ? keys.Own : keys.Clients;
        return await SignAsync(source, claims, session.Resource, now, lifetime, cancellationToken);
    }

    /// <summary>Issues a token that a client gets for itself (RFC 6749 section 4.4), without a user or a session.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="scope">The scopes, separated by spaces.</param>
    /// <param name="resource">The resource that the token is for, or <see langword="null"/> for <c>Jwt:Audience</c>.</param>
    /// <param name="cancellationToken">A token that cancels the loading of the keys.</param>
    public ValueTask<AccessToken> IssueMachineTokenAsync(
        string clientId, string? scope, string? resource, CancellationToken cancellationToken) => SignAsync(
            keys.Clients, CreateClaims(clientId, clientId, scope), resource, clock.GetStoredNow(), MachineTokenLifetime, cancellationToken);

    private static Dictionary<string, object> CreateClaims(string subject, string clientId, string? scope)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Sub] = subject,
            [TokenClaims.ClientId] = clientId,
        };
        claims.AddTokenId();
        if (!string.IsNullOrEmpty(scope))
            claims[TokenClaims.Scope] = scope;

        return claims;
    }

    private TimeSpan FindLifetime(Session session) =>
        session.ClientId is not null ? clients.Value.AccessTokenLifetime
        : session.BrowserHash is null ? jwt.Value.AccessTokenLifetime
        : BrowserTokenLifetime;

    private async ValueTask<AccessToken> SignAsync(
        IKeySource source,
        Dictionary<string, object> claims,
        string? resource,
        DateTimeOffset now,
        TimeSpan lifetime,
        CancellationToken cancellationToken) => new(
            await signer.SignAsync(source, TokenType, resource ?? jwt.Value.Audience, now, lifetime, claims, cancellationToken), lifetime);
}

/// <summary>An issued access token. <see cref="ToString"/> does not contain it.</summary>
internal sealed class AccessToken(string value, TimeSpan lifetime)
{
    public TimeSpan Lifetime => lifetime;

    public string Reveal() => value;

    public override string ToString() => "(access token)";
}
