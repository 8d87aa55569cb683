using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Jobs;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The keys of one table, which are stored encrypted, rotate by age and are published. The first one is created when it is
/// needed.</summary>
internal sealed class DatabaseKeySource<TKey>(
    IServiceScopeFactory scopes,
    SigningKeyVault vault,
    IOptions<JwtOptions> jwt,
    IOptions<OAuthOptions> clients,
    TimeProvider clock) : IKeySource
    where TKey : StoredSigningKey
{
    private readonly SharedRun<KeyRing> _loading = new();
    private DateTimeOffset _ringEnd;

    public KeyRing? Current { get; private set; }

    private static string Algorithm => SigningKeyKind.Of<TKey>().Algorithm;

    /// <summary>Gets the keys, at most <see cref="SigningKeySchedule.MaxCacheAge"/> old. By then, every instance publishes a
    /// new key of another instance.</summary>
    public async ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken)
    {
        if (Current is { } fresh && clock.GetUtcNow() < _ringEnd)
            return fresh;

        return await _loading.JoinAsync(LoadAsync, cancellationToken);
    }

    private async Task<KeyRing> LoadAsync()
    {
        var now = clock.GetUtcNow();
        if (Current is { } loaded && now < _ringEnd)
            return loaded;

        (Current, _ringEnd) = await LoadAsync(now, CancellationToken.None);
        return Current;
    }

    private async Task<(KeyRing Ring, DateTimeOffset End)> LoadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var keys = await scope.ServiceProvider.GetRequiredService<SigningKeySchedule<TKey>>()
            .MaintainAsync(now, FindLongestLifetime() + BearerAuthentication.ClockSkew, cancellationToken);

        var accepted = keys.Select(ToPublicKey).ToList();
        // The very first key is used at once. If this clock is behind that of the key's creator, it starts in the future.
        var current = keys.LastOrDefault(key => key.ActiveFrom <= now) ?? keys[0];
        var privateKey = vault.Open(current) ?? vault.OpenFirstVersion(current)!;
        var signing = new SigningCredentials(ToSecurityKey(privateKey, current.KeyId), Algorithm);
        var published = accepted.Select(ToJsonWebKey).ToList();
        // The cached keys expire when the next key becomes active, so that it takes over on time.
        var end = keys.Select(key => key.ActiveFrom).Where(start => start > now).Append(now + SigningKeySchedule.MaxCacheAge).Min();
        return (new KeyRing(signing, accepted, published), end);
    }

    /// <summary>Returns the longest lifetime of any token that a key of either table may have signed.</summary>
    private TimeSpan FindLongestLifetime() => new[]
    {
        jwt.Value.AccessTokenLifetime, clients.Value.AccessTokenLifetime, AccessTokenIssuer.MachineTokenLifetime, IdTokenIssuer.Lifetime,
    }.Max();

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The key lives as long as the key ring.")]
    private static SecurityKey ToPublicKey(TKey key)
    {
        AsymmetricAlgorithm publicKey = key is RsaSigningKey ? RSA.Create() : ECDsa.Create();
        publicKey.ImportSubjectPublicKeyInfo(key.PublicKey, out _);
        return ToSecurityKey(publicKey, key.KeyId);
    }

    private static SecurityKey ToSecurityKey(AsymmetricAlgorithm key, string keyId) => key switch
    {
        RSA rsa => new RsaSecurityKey(rsa) { KeyId = keyId },
        _ => new ECDsaSecurityKey((ECDsa)key) { KeyId = keyId },
    };

    private static JsonWebKey ToJsonWebKey(SecurityKey key)
    {
        var jwk = JsonWebKeyConverter.ConvertFromSecurityKey(key);
        jwk.Use = JsonWebKeyUseNames.Sig;
        jwk.Alg = Algorithm;
        return jwk;
    }
}
