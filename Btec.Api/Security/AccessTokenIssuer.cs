using System.Buffers.Text;
using System.Security.Cryptography;
using Btec.Data.Entities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Security;

/// <summary>Mints the access tokens that <see cref="BearerAuthentication"/> accepts.</summary>
public sealed class AccessTokenIssuer(IOptions<JwtOptions> options, TimeProvider clock)
{
    /// <summary>The <c>typ</c> of an access token, so that no other JWT passes for one (RFC 9068 section 2.1).</summary>
    public const string TokenType = "at+jwt";

    /// <summary>The claim with the user's id.</summary>
    public const string UserIdClaim = "uid";

    /// <summary>Bytes of randomness in <c>jti</c> (RFC 7519 section 4.1.7: the probability of a collision is negligible).</summary>
    private const int TokenIdBytes = 16;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials _credentials =
        new(new SymmetricSecurityKey(options.Value.SigningKey!.GetBytes()), SecurityAlgorithms.HmacSha256);

    public AccessToken Issue(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        var now = clock.GetUtcNow();
        var lifetime = options.Value.AccessTokenLifetime;
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
                [JwtRegisteredClaimNames.Jti] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenIdBytes)),
            },
            SigningCredentials = _credentials,
        });
        return new AccessToken(token, lifetime);
    }

    /// <summary>Reads the user's id back; <see langword="null"/> if the token names none.</summary>
    public static int? ReadUserId(JsonWebToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.TryGetPayloadValue<object>(UserIdClaim, out var value) && value is int id ? id : null;
    }
}

/// <summary>A minted token; it prints as nothing.</summary>
public sealed class AccessToken(string value, TimeSpan lifetime)
{
    public TimeSpan Lifetime => lifetime;

    public string Reveal() => value;

    public override string ToString() => "(access token)";
}
