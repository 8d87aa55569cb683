using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Btec.Data.Keys;
using Btec.Data.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Infrastructure;

/// <summary>Access to the published keys, and their use as by another service.</summary>
public static class KeyMoves
{
    public const string KeySet = "/.well-known/jwks.json";

    /// <summary>Returns the settings of an API that signs with ES256.</summary>
    public static IReadOnlyDictionary<string, string?> Es256(params (string Name, string? Value)[] others)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Jwt:Algorithm"] = "ES256" };
        foreach (var (name, value) in others)
            settings[name] = value;

        return settings;
    }

    /// <summary>Reads the published P-256 keys, in the order of the key set.</summary>
    public static async Task<IReadOnlyList<JsonElement>> GetKeysAsync(this HttpClient client) =>
        [.. (await client.GetKeySetAsync()).Where(key => key.GetProperty("kty").GetString() == "EC")];

    /// <summary>Reads the published RSA keys, in the order of the key set.</summary>
    public static async Task<IReadOnlyList<JsonElement>> GetRsaKeysAsync(this HttpClient client) =>
        [.. (await client.GetKeySetAsync()).Where(key => key.GetProperty("kty").GetString() == "RSA")];

    /// <summary>Reads the key set.</summary>
    public static async Task<IReadOnlyList<JsonElement>> GetKeySetAsync(this HttpClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        using var response = await client.GetAsync(KeySet, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.ReadJsonAsync()).GetProperty("keys").EnumerateArray()];
    }

    /// <summary>Reads the ids of the published P-256 keys, in the order of the key set.</summary>
    public static async Task<IReadOnlyList<string>> GetKeyIdsAsync(this HttpClient client) =>
        [.. (await client.GetKeysAsync()).Select(key => key.GetProperty("kid").GetString()!)];

    /// <summary>Returns the id of the key that a token names.</summary>
    public static string KeyOf(string token) => TokenForge.Open(token).Header.GetProperty("kid").GetString()!;

    /// <summary>Imports a published key.</summary>
    public static ECDsa Import(JsonElement key) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Decode(key, "x"), Y = Decode(key, "y") },
    });

    /// <summary>Returns whether a published key verifies the signature of a token (RFC 7518 section 3.4).</summary>
    public static bool Verifies(JsonElement key, string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        using var publicKey = Import(key);
        var parts = token.Split('.');
        return publicKey.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256);
    }

    /// <summary>Rotates the signing key, as the worker does, and returns the id of the new one.</summary>
    public static async Task<string> RotateKeyAsync(this BtecApi api)
    {
        ArgumentNullException.ThrowIfNull(api);
        await using var scope = api.Services.CreateAsyncScope();
        var key = await scope.ServiceProvider.GetRequiredService<SigningKeySchedule<SigningKey>>()
            .RotateAsync(api.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        return key.KeyId;
    }

    /// <summary>Revokes a signing key, as the worker does.</summary>
    public static async Task RevokeKeyAsync(this BtecApi api, string keyId)
    {
        ArgumentNullException.ThrowIfNull(api);
        await using var scope = api.Services.CreateAsyncScope();
        Assert.NotNull(await scope.ServiceProvider.GetRequiredService<SigningKeyRevocation>()
            .RevokeAsync(keyId, api.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
    }

    /// <summary>Adds a key as version 1.0 wrote it, and returns its id: only the id is bound to the private key.</summary>
    public static async Task<string> AddFirstVersionKeyAsync(this BtecApi api, int generation)
    {
        ArgumentNullException.ThrowIfNull(api);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Thumbprint(key);
        var row = new SigningKey
        {
            Generation = generation,
            KeyId = id,
            PublicKey = key.ExportSubjectPublicKeyInfo(),
            EncryptedPrivateKey = SecretMoves.SealWithoutKeyId(
                api.Services.GetRequiredService<DerivedKeys>().SigningKeyEncryption[0], key.ExportPkcs8PrivateKey(), id),
            CreatedAt = api.Clock.GetUtcNow(),
            ActiveFrom = api.Clock.GetUtcNow(),
        };
        await api.WithDatabaseAsync(database =>
        {
            database.SigningKeys.Add(row);
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        return id;
    }

    /// <summary>Computes the id of a key (RFC 7638 section 3).</summary>
    public static string Thumbprint(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""")));
    }

    /// <summary>Moves the clock without firing its timers: days of time would otherwise run hundreds of clean-ups.</summary>
    public static void Pass(this FakeTimeProvider clock, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(clock);
        clock.AdjustTime(clock.GetUtcNow() + time);
    }

    private static byte[] Decode(JsonElement key, string member) => Base64Url.DecodeFromChars(key.GetProperty(member).GetString());
}
