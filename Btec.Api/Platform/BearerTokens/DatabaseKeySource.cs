using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Platform.BearerTokens;

/// <summary>The keys of ES256: P-256 keys that are stored in the database, encrypted, and rotate by age.</summary>
internal sealed class DatabaseKeySource(
    IServiceScopeFactory scopes, SigningKeyVault vault, IOptions<JwtOptions> options, TimeProvider clock) : IKeySource, IDisposable
{
    private readonly SemaphoreSlim _loading = new(1);
    private KeyRing? _ring;
    private DateTimeOffset _ringEnd;

    public string Algorithm => SecurityAlgorithms.EcdsaSha256;

    public KeyRing Current => _ring ?? throw new InvalidOperationException("No keys have been loaded yet.");

    /// <summary>Gets the keys, at most <see cref="SigningKeySchedule.MaxCacheAge"/> old. By then, every instance publishes a
    /// new key of another instance.</summary>
    public async ValueTask<KeyRing> GetAsync(CancellationToken cancellationToken)
    {
        if (_ring is { } fresh && clock.GetUtcNow() < _ringEnd)
            return fresh;

        await _loading.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (_ring is { } loaded && now < _ringEnd)
                return loaded;

            (_ring, _ringEnd) = await LoadAsync(now, cancellationToken);
            return _ring;
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    private async Task<(KeyRing Ring, DateTimeOffset End)> LoadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var keys = await scope.ServiceProvider.GetRequiredService<SigningKeySchedule>()
            .MaintainAsync(now, options.Value.AccessTokenLifetime + BearerAuthentication.ClockSkew, cancellationToken);

        var accepted = keys.Select(ToPublicKey).ToList();
        // The very first key is used at once. If this clock is behind that of the key's creator, it starts in the future.
        var current = keys.LastOrDefault(key => key.ActiveFrom <= now) ?? keys[0];
        var privateKey = vault.Open(current) ?? vault.OpenFirstVersion(current);
        var signing = new SigningCredentials(new ECDsaSecurityKey(privateKey) { KeyId = current.KeyId }, Algorithm);
        var published = accepted.Select(ToJsonWebKey).ToList();
        // The cached keys expire when the next key becomes active, so that it takes over on time.
        var end = keys.Select(key => key.ActiveFrom).Where(start => start > now).Append(now + SigningKeySchedule.MaxCacheAge).Min();
        return (new KeyRing(signing, accepted, published), end);
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The key lives as long as the key ring.")]
    private static ECDsaSecurityKey ToPublicKey(SigningKey key)
    {
        var publicKey = ECDsa.Create();
        publicKey.ImportSubjectPublicKeyInfo(key.PublicKey, out _);
        return new ECDsaSecurityKey(publicKey) { KeyId = key.KeyId };
    }

    private static JsonWebKey ToJsonWebKey(ECDsaSecurityKey key)
    {
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(key);
        jwk.Use = JsonWebKeyUseNames.Sig;
        jwk.Alg = SecurityAlgorithms.EcdsaSha256;
        return jwk;
    }
}
