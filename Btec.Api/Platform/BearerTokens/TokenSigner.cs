using Btec.Data.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>Signs JWTs of every kind.</summary>
internal sealed class TokenSigner(IOptions<JwtOptions> options)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Signs a token of this issuer.</summary>
    /// <param name="source">The keys.</param>
    /// <param name="type">The <c>typ</c>, which keeps the kinds of token apart (RFC 8725 section 3.11).</param>
    /// <param name="audience">The <c>aud</c>.</param>
    /// <param name="issuedAt">The <c>iat</c>.</param>
    /// <param name="lifetime">The time until the token expires.</param>
    /// <param name="claims">The other claims.</param>
    /// <param name="cancellationToken">A token that cancels the loading of the keys.</param>
    public async ValueTask<string> SignAsync(
        IKeySource source,
        string type,
        string audience,
        DateTimeOffset issuedAt,
        TimeSpan lifetime,
        IDictionary<string, object> claims,
        CancellationToken cancellationToken)
    {
        var ring = await source.GetAsync(cancellationToken);
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
            Issuer = options.Value.Issuer,
            Audience = audience,
            IssuedAt = issuedAt.UtcDateTime,
            Expires = (issuedAt + lifetime).UtcDateTime,
            Claims = claims,
            SigningCredentials = ring.Signing,
        });
    }
}
