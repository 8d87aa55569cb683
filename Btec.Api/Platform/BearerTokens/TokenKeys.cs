using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The sources of the keys of each kind of token.</summary>
internal sealed class TokenKeys(
    SecretKeySource secret,
    DatabaseKeySource<SigningKey> p256,
    DatabaseKeySource<RsaSigningKey> rsa,
    IOptions<JwtOptions> options)
{
    private readonly bool _isEs256 = options.Value.Algorithm == JwtOptions.Es256;

    /// <summary>The keys of access tokens of the API's own sessions.</summary>
    public IKeySource Own => _isEs256 ? p256 : secret;

    /// <summary>The keys of access tokens of clients, which other services verify: published ones always.</summary>
    public IKeySource Clients => _isEs256 ? p256 : rsa;

    /// <summary>The keys of id tokens and logout tokens: RS256 always, the one algorithm that every client has (OpenID Connect Core
    /// 1.0 section 15.1).</summary>
    public IKeySource IdTokens => rsa;

    /// <summary>Lists the public keys of every token.</summary>
    public async Task<IReadOnlyList<JsonWebKey>> ListPublishedAsync(CancellationToken cancellationToken)
    {
        var own = await Own.GetAsync(cancellationToken);
        var others = await rsa.GetAsync(cancellationToken);
        return [.. own.Published, .. others.Published];
    }
}
