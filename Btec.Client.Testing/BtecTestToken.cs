using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Client.Testing;

/// <summary>A token in the making. Each method returns another one, and <see cref="ToString"/> signs it.</summary>
public sealed record BtecTestToken
{
    internal BtecTestToken(string email) => Email = email;

    private string Email { get; }

    private int UserId { get; init; } = 1;

    private string Audience { get; init; } = "btec-api";

    private string[] Roles { get; init; } = [];

    private TimeSpan Age { get; init; }

    private TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Sets the user's id; 1 by default.</summary>
    public BtecTestToken WithUserId(int userId) => this with { UserId = userId };

    /// <summary>Sets the roles.</summary>
    public BtecTestToken WithRoles(params string[] roles) => this with { Roles = roles };

    /// <summary>Sets the audience.</summary>
    public BtecTestToken ForAudience(string audience) => this with { Audience = audience };

    /// <summary>Sets the time since the user last proved who they are.</summary>
    public BtecTestToken AuthenticatedAgo(TimeSpan age) => this with { Age = age };

    /// <summary>Makes a token that expired an hour ago.</summary>
    public BtecTestToken Expired() => this with { Lifetime = TimeSpan.FromHours(-1) };

    /// <summary>Returns the signed token.</summary>
    public override string ToString()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Sub] = Email,
            [BtecClaims.UserId] = UserId,
            ["client_id"] = "btec",
            ["sid"] = "00000000-0000-0000-0000-000000000001",
            [BtecClaims.AuthenticationTime] = new DateTimeOffset(now - Age).ToUnixTimeSeconds(),
            [JwtRegisteredClaimNames.Jti] = RandomNumberGenerator.GetHexString(32, lowercase: true),
        };
        if (Roles.Length > 0)
            claims[BtecClaims.Roles] = Roles;

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = BtecTokens.Issuer,
            Audience = Audience,
            IssuedAt = now + (Lifetime < TimeSpan.Zero ? Lifetime * 2 : TimeSpan.Zero),
            Expires = now + Lifetime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(BtecTokens.Key, SecurityAlgorithms.EcdsaSha256),
        });
    }
}
