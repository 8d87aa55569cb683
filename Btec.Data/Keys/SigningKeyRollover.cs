using Btec.Data.Model;
using Microsoft.Extensions.Options;

namespace Btec.Data.Keys;

/// <summary>The immediate rotation of every key that signs with the configured <c>Jwt:Algorithm</c>.</summary>
public sealed class SigningKeyRollover(
    SigningKeySchedule<SigningKey> p256, SigningKeySchedule<RsaSigningKey> rsa, IOptions<JwtOptions> options)
{
    /// <summary>Creates the next key of each kind, which signs as soon as every instance publishes it.</summary>
    public async Task<IReadOnlyList<StoredSigningKey>> RotateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var created = new List<StoredSigningKey>();
        if (options.Value.Algorithm == JwtOptions.Es256)
            created.Add(await p256.RotateAsync(now, cancellationToken));

        created.Add(await rsa.RotateAsync(now, cancellationToken));
        return created;
    }
}
