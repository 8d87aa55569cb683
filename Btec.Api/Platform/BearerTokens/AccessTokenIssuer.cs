using System.Buffers.Text;
using System.Security.Cryptography;
using Btec.Data.Accounts;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Issues the access tokens that <see cref="BearerAuthentication"/> accepts.</summary>
internal sealed class AccessTokenIssuer(IOptions<JwtOptions> options, IKeySource keys, TimeProvider clock)
{
    /// <summary>The <c>typ</c> of an access token, so that no other JWT is accepted as one (RFC 9068 section 2.1).</summary>
    public const string TokenType = "at+jwt";

    /// <summary>The claim with the user's id.</summary>
    public const string UserIdClaim = "uid";

    /// <summary>The claim with the session's id, named by OpenID Connect Front-Channel Logout 1.0 section 3.</summary>
    public const string SessionIdClaim = "sid";

    /// <summary>The claim that says whether the address in <c>sub</c> was confirmed (OpenID Connect Core 1.0 section 5.1).</summary>
    private const string EmailVerifiedClaim = "email_verified";

    /// <summary>The <c>client_id</c> of every token (RFC 9068 section 2.2). There are no registered clients: whoever has the password
    /// logs in.</summary>
    public const string ClientId = "btec";

    /// <summary>The claim with the client's id.</summary>
    private const string ClientIdClaim = "client_id";

    /// <summary>The claim with the time at which the user last proved who they are, in seconds since 1970-01-01 UTC (RFC 9068 section
    /// 2.2.1).</summary>
    private const string AuthTimeClaim = "auth_time";

    /// <summary>The claim that says how the user did (RFC 8176).</summary>
    private const string AmrClaim = "amr";

    /// <summary>The claim with the class of that proof (OpenID Connect Core 1.0 section 2).</summary>
    private const string AcrClaim = "acr";

    /// <summary>The number of random bytes in <c>jti</c>. RFC 7519 section 4.1.7 requires that the probability of a collision is
    /// negligible.</summary>
    private const int TokenIdBytes = 16;

    /// <summary>The lifetime of the access tokens of a browser's session, for the built-in pages: 15 minutes. A page gets the next one
    /// with the cookie, so that a token that was read out of it is soon useless. An estimate.</summary>
    internal static readonly TimeSpan BrowserTokenLifetime = TimeSpan.FromMinutes(15);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Issues a token with the configured lifetime, or with that of its session if it is shorter. Those of a browser's session
    /// live for <see cref="BrowserTokenLifetime"/>.</summary>
    public async ValueTask<AccessToken> IssueAsync(User user, Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(session);
        var now = clock.GetStoredNow();
        var left = session.ExpiresAt - now;
        var longest = session.ClientId is not null ? TimeSpan.FromHours(1)
            : session.BrowserHash is null ? options.Value.AccessTokenLifetime
            : BrowserTokenLifetime;
        var lifetime = longest < left ? longest : left;
        var ring = await keys.GetAsync(cancellationToken);
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = TokenType,
            Issuer = options.Value.Issuer,
            Audience = options.Value.Audience,
            IssuedAt = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [JwtRegisteredClaimNames.Sub] = user.Email,
                [UserIdClaim] = user.Id,
                [SessionIdClaim] = session.Id.ToString("D"),
                [EmailVerifiedClaim] = user.EmailVerifiedAt is not null,
                [ClientIdClaim] = ClientId,
                [AuthTimeClaim] = (session.AuthTime ?? session.CreatedAt).ToUnixTimeSeconds(),
                [AmrClaim] = AuthenticationMethods.Split(session.Amr),
                [AcrClaim] = AuthenticationMethods.AcrOf(session.Amr),
                [JwtRegisteredClaimNames.Jti] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes)),
            },
            SigningCredentials = ring.Signing,
        });
        return new AccessToken(token, lifetime);
    }
}

/// <summary>An issued access token. <see cref="ToString"/> does not contain it.</summary>
internal sealed class AccessToken(string value, TimeSpan lifetime)
{
    public TimeSpan Lifetime => lifetime;

    public string Reveal() => value;

    public override string ToString() => "(access token)";
}
