using Btec.Data.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The keys of HS256: the configured secret, which signs and verifies, and the previous ones, which verify. No key is
/// published.</summary>
internal sealed class SecretKeySource : IKeySource
{
    private readonly KeyRing _ring;

    public SecretKeySource(IOptions<JwtOptions> options)
    {
        List<SecurityKey> keys = [.. options.Value.ListSecrets().Select(secret => new SymmetricSecurityKey(secret.GetBytes()))];
        _ring = new KeyRing(new SigningCredentials(keys[0], SecurityAlgorithms.HmacSha256), keys, []);
    }

    public KeyRing? Current => _ring;

    public ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_ring);
}
