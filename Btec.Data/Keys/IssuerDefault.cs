using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>The default of <c>Jwt:Issuer</c>: <c>PublicUrl</c>, or else <see cref="JwtOptions.DefaultIssuer"/>.</summary>
internal sealed class IssuerDefault(IConfiguration configuration) : IPostConfigureOptions<JwtOptions>
{
    public void PostConfigure(string? name, JwtOptions options) => options.SetDefaultIssuer(configuration["PublicUrl"]);
}
