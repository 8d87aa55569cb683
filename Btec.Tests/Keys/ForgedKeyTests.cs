using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Keys;

/// <summary>Rows of <c>signing_keys</c> that somebody who can write to the database, but does not know the secret, has inserted,
/// changed or restored. No key in them is trusted.</summary>
[Asvs("9.1.3")]
public abstract class ForgedKeyTests(DatabaseKind kind)
{
    private readonly ECDsa _foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public sealed class OnSqlite() : ForgedKeyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ForgedKeyTests(DatabaseKind.Postgres);

    [Fact]
    public async Task An_inserted_key_is_neither_published_nor_accepted()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        var own = Assert.Single(await client.GetKeyIdsAsync());
        var row = await ReadAsync(api);

        await api.WithDatabaseAsync(database =>
        {
            database.SigningKeys.Add(Change(row, generation: 2, keyId: KeyMoves.Thumbprint(_foreign), publicKey: _foreign.ExportSubjectPublicKeyInfo()));
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        Assert.Equal([own], await client.GetKeyIdsAsync());
        await AssertRefusedAsync(client, Forge(tokens.Access, KeyMoves.Thumbprint(_foreign)));
        using var me = await client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Theory]
    [InlineData("public_key")]
    [InlineData("key_id")]
    [InlineData("generation")]
    [InlineData("created_at")]
    [InlineData("active_from")]
    [InlineData("revoked_key_ids")]
    [InlineData("encrypted_private_key")]
    public async Task A_key_whose_row_was_changed_is_no_longer_trusted_and_a_new_one_takes_over(string column)
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        var row = await ReadAsync(api);
        var changed = column switch
        {
            "public_key" => Change(row, publicKey: _foreign.ExportSubjectPublicKeyInfo()),
            "key_id" => Change(row, keyId: KeyMoves.Thumbprint(_foreign)),
            "generation" => Change(row, generation: 7),
            "created_at" => Change(row, createdAt: row.CreatedAt.AddSeconds(1)),
            "active_from" => Change(row, activeFrom: row.ActiveFrom.AddSeconds(-1)),
            "revoked_key_ids" => Change(row, revoked: KeyMoves.Thumbprint(_foreign)),
            _ => Change(row, encrypted: RandomNumberGenerator.GetBytes(row.EncryptedPrivateKey.Length)),
        };

        await ReplaceAsync(api, changed);

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        var taken = Assert.Single(await client.GetKeyIdsAsync());
        Assert.NotEqual(row.KeyId, taken, StringComparer.Ordinal);
        await AssertRefusedAsync(client, tokens.Access);
        await AssertRefusedAsync(client, Forge(tokens.Access, changed.KeyId));
    }

    [Fact]
    public async Task A_revoked_key_whose_row_is_restored_is_not_trusted_again()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        var row = await ReadAsync(api);
        await api.RevokeKeyAsync(row.KeyId);

        await api.WithDatabaseAsync(database =>
        {
            database.SigningKeys.Add(row);
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        Assert.DoesNotContain(row.KeyId, await client.GetKeyIdsAsync(), StringComparer.Ordinal);
        await AssertRefusedAsync(client, tokens.Access);
        // Keys that are created later remember it too.
        var next = await api.RotateKeyAsync();
        await api.Database.ExecuteAsync($"DELETE FROM signing_keys WHERE key_id NOT IN ('{row.KeyId}', '{next}')");
        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        Assert.DoesNotContain(row.KeyId, await client.GetKeyIdsAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_key_of_version_1_0_signs_until_its_successor_is_known_and_verifies_until_its_tokens_have_expired()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var old = await api.AddFirstVersionKeyAsync(generation: 3);
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var token = await client.LoginAsync(email);
        Assert.Equal(old, KeyMoves.KeyOf(token));

        api.Clock.Pass(SigningKeySchedule.Propagation);
        var next = KeyMoves.KeyOf(await client.LoginAsync(email));

        Assert.NotEqual(old, next, StringComparer.Ordinal);
        Assert.Equal([old, next], await client.GetKeyIdsAsync());
        using var me = await client.GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        api.Clock.Pass(TimeSpan.FromDays(8) + TimeSpan.FromMinutes(1));
        Assert.Equal([next], await client.GetKeyIdsAsync());
    }

    [Fact]
    public async Task A_key_of_version_1_0_is_not_trusted_after_one_of_this_version()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var own = Assert.Single(await client.GetKeyIdsAsync());
        await api.AddFirstVersionKeyAsync(generation: 2);

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);

        Assert.Equal([own], await client.GetKeyIdsAsync());
    }

    private string Forge(string token, string keyId)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = keyId };
        return TokenForge.Sign(header, TokenForge.ClaimsOf(token), input => _foreign.SignData(input, HashAlgorithmName.SHA256));
    }

    private static Task<SigningKey> ReadAsync(BtecApi api) => api.WithDatabaseAsync(database =>
        database.SigningKeys.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken));

    private static async Task ReplaceAsync(BtecApi api, SigningKey row)
    {
        await api.Database.ExecuteAsync("DELETE FROM signing_keys");
        await api.WithDatabaseAsync(database =>
        {
            database.SigningKeys.Add(row);
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
    }

    private static SigningKey Change(
        SigningKey row,
        int? generation = null,
        string? keyId = null,
        byte[]? publicKey = null,
        byte[]? encrypted = null,
        DateTimeOffset? createdAt = null,
        DateTimeOffset? activeFrom = null,
        string? revoked = null) => new()
        {
            Generation = generation ?? row.Generation,
            KeyId = keyId ?? row.KeyId,
            PublicKey = publicKey ?? row.PublicKey,
            EncryptedPrivateKey = encrypted ?? row.EncryptedPrivateKey,
            CreatedAt = createdAt ?? row.CreatedAt,
            ActiveFrom = activeFrom ?? row.ActiveFrom,
            RevokedKeyIds = revoked ?? row.RevokedKeyIds,
        };

    private static async Task AssertRefusedAsync(HttpClient client, string token)
    {
        using var response = await client.GetMeAsync(token);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }
}
