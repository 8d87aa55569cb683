using Btec.Data.Keys;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The key of HS256: the configured secret, which signs and verifies. No key is published.</summary>
internal sealed class SecretKeySource : IKeySource
{
    public SecretKeySource(IOptions<JwtOptions> options)
    {
        var key = new SymmetricSecurityKey(options.Value.SigningKey!.GetBytes());
        Current = new KeyRing(new SigningCredentials(key, SecurityAlgorithms.HmacSha256), [key], []);
    }

    public string Algorithm => SecurityAlgorithms.HmacSha256;

    public KeyRing Current { get; }

    public ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Current);
}
