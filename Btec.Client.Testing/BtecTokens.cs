using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Client.Testing;

/// <summary>Access tokens for tests, signed with a key that this process makes.</summary>
public static class BtecTokens
{
    /// <summary>The issuer of the tokens, a name that nobody can have (RFC 2606 section 2).</summary>
    public const string Issuer = "https://auth.example";

    internal static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "btec-tests" };

    /// <summary>Begins a token of a user. The text of the result is the token.</summary>
    /// <param name="email">The address, which is the <c>sub</c>, as in tokens of the backend's own sessions.</param>
    public static BtecTestToken For(string email) => new(email);

    /// <summary>Makes a service under test accept the tokens, and ask no server.</summary>
    /// <param name="services">The services of the service under test.</param>
    public static IServiceCollection AcceptBtecTokens(this IServiceCollection services)
    {
        var metadata = new OpenIdConnectConfiguration { Issuer = Issuer };
        metadata.SigningKeys.Add(Key);
        services.PostConfigure<BtecClientOptions>(options => options.IntrospectionClientId = options.IntrospectionClientSecret = null);
        services.PostConfigure<JwtBearerOptions>(
            JwtBearerDefaults.AuthenticationScheme,
            bearer => bearer.ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(metadata));
        return services;
    }
}
