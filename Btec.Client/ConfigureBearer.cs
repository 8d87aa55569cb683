using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Client;

/// <summary>The rules by which tokens are verified.</summary>
internal sealed class ConfigureBearer(BtecService service, IOptions<BtecClientOptions> options, BearerEvents events)
    : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options) => Configure(JwtBearerDefaults.AuthenticationScheme, options);

    public void Configure(string? name, JwtBearerOptions bearer)
    {
        if (name != JwtBearerDefaults.AuthenticationScheme)
            return;

        bearer.ConfigurationManager = service.Configuration;
        bearer.RequireHttpsMetadata = options.Value.AllowHttp != true;
        bearer.MapInboundClaims = false;
        bearer.Events = events;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = options.Value.Audience,
            // No other JWT of the backend, such as an id token, is an access token (RFC 9068 section 4).
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = TimeSpan.FromSeconds(30),
            NameClaimType = BtecClaims.UserId,
            RoleClaimType = BtecClaims.Roles,
        };
    }
}
