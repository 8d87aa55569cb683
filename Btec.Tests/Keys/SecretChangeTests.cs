using System.Net;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Keys;

/// <summary>Private keys in the database, which are encrypted under the configured secret.</summary>
public abstract class SecretChangeTests(DatabaseKind kind)
{
    private const string OtherSecret = "Wq8rT5yU2iO9pA6sD3fG0hJ7kL4zX1cV";

    public sealed class OnSqlite() : SecretChangeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SecretChangeTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_database_reveals_neither_a_private_key_nor_the_secret()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        await using var api = await BtecApi.StartInstanceAsync(database, NewClock(), KeyMoves.Es256());
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        await client.LoginAsync(email);
        await api.RotateKeyAsync();

        var stored = await api.WithDatabaseAsync(context => context.SigningKeys.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken));
        var everything = await DumpAsync(database);

        Assert.Equal(2, stored.Count);
        Assert.All(stored, key =>
        {
            // The public key proves that the search works.
            AssertFound(everything, key.PublicKey, expected: true);
            using var opened = (ECDsa)api.Services.GetRequiredService<SigningKeyVault>().Open(key)!;
            AssertFound(everything, opened.ExportParameters(includePrivateParameters: true).D!, expected: false);
        });
        AssertFound(everything, Encoding.UTF8.GetBytes(BtecApi.SigningKey), expected: false);
    }

    [Fact]
    [Asvs("11.3.3")]
    public async Task A_ciphertext_opens_only_in_its_own_row_and_unchanged()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        await api.CreateClient().GetKeysAsync();
        await api.RotateKeyAsync();
        var vault = api.Services.GetRequiredService<SigningKeyVault>();
        var stored = await api.WithDatabaseAsync(context =>
            context.SigningKeys.AsNoTracking().OrderBy(key => key.Generation).ToListAsync(TestContext.Current.CancellationToken));

        Assert.All(stored, key => Assert.True(vault.CanOpen(key)));
        Assert.False(vault.CanOpen(With(stored[0], stored[1].EncryptedPrivateKey)));
        Assert.False(vault.CanOpen(With(stored[0], [])));
        Assert.False(vault.CanOpen(With(stored[0], new byte[28])));
        for (var index = 0; index < stored[0].EncryptedPrivateKey.Length; index++)
        {
            byte[] changed = [.. stored[0].EncryptedPrivateKey];
            changed[index] ^= 1;
            Assert.False(vault.CanOpen(With(stored[0], changed)));
        }
    }

    [Fact]
    public async Task A_new_secret_creates_a_new_key_and_keys_of_the_old_one_are_not_trusted()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = NewClock();
        var email = ApiMoves.NewEmail();
        string oldToken;
        string oldKey;
        await using (var before = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256()))
        {
            var client = before.CreateClient();
            await client.RegisterAsync(email);
            oldToken = await client.LoginAsync(email);
            oldKey = Assert.Single(await client.GetKeyIdsAsync());
        }

        await using var after = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256(("Jwt:SigningKey", OtherSecret)));
        var newClient = after.CreateClient();
        using var old = await newClient.GetMeAsync(oldToken);
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        var newToken = await newClient.LoginAsync(email);
        var key = Assert.Single(await newClient.GetKeyIdsAsync());
        Assert.NotEqual(oldKey, key, StringComparer.Ordinal);
        Assert.Equal(key, KeyMoves.KeyOf(newToken));
    }

    [Fact]
    public async Task Restoring_the_previous_secret_keeps_its_key_and_all_tokens()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = NewClock();
        await using var first = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        var client = first.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var key = Assert.Single(await client.GetKeyIdsAsync());
        await using (var mistaken = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256(("Jwt:SigningKey", OtherSecret))))
            await mistaken.CreateClient().LoginAsync(email);

        clock.Pass(TimeSpan.FromDays(7));
        var token = await client.LoginAsync(email);
        clock.Pass(TimeSpan.FromDays(7));

        using var response = await client.GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(key, KeyMoves.KeyOf(await client.LoginAsync(email)));
        Assert.Contains(key, await client.GetKeyIdsAsync(), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("HS256", "ES256")]
    [InlineData("ES256", "HS256")]
    public async Task A_change_of_algorithm_makes_old_access_tokens_invalid_and_keeps_the_sessions(string from, string to)
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = NewClock();
        var email = ApiMoves.NewEmail();
        string accessToken;
        string refreshToken;
        await using (var before = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256(("Jwt:Algorithm", from))))
        {
            var client = before.CreateClient();
            await client.RegisterAsync(email);
            using var login = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
            var answer = await login.ReadJsonAsync();
            (accessToken, refreshToken) = (answer.GetProperty("access_token").GetString()!, answer.GetProperty("refresh_token").GetString()!);
        }

        await using var after = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256(("Jwt:Algorithm", to)));
        using var old = await after.CreateClient().GetMeAsync(accessToken);
        await old.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        using var refresh = await after.CreateClient().PostFormAsync(
            "/api/auth/token", ("grant_type", "refresh_token"), ("refresh_token", refreshToken));
        var token = (await refresh.ReadJsonAsync()).GetProperty("access_token").GetString()!;
        Assert.Equal(to, TokenForge.Open(token).Header.GetProperty("alg").GetString());
        using var me = await after.CreateClient().GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    private static TestClock NewClock() => new();

    private static SigningKey With(SigningKey key, byte[] encrypted) => new()
    {
        Generation = key.Generation,
        KeyId = key.KeyId,
        PublicKey = key.PublicKey,
        EncryptedPrivateKey = encrypted,
        CreatedAt = key.CreatedAt,
        ActiveFrom = key.ActiveFrom,
    };

    /// <summary>Returns all bytes of all files, or all values of all tables.</summary>
    private static async Task<byte[]> DumpAsync(TestDatabase database)
    {
        if (database.Kind == DatabaseKind.Sqlite)
        {
            var bytes = new List<byte>();
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(database.ToFile())!))
            {
                // The API has the files open.
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var content = new byte[stream.Length];
                await stream.ReadExactlyAsync(content, TestContext.Current.CancellationToken);
                bytes.AddRange(content);
            }

            return [.. bytes];
        }

        var tables = await database.ReadAsync("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'");
        var rows = new List<string>();
        foreach (var table in tables)
            rows.AddRange(await database.ReadAsync($"SELECT t::text FROM {table} t"));

        return Encoding.UTF8.GetBytes(string.Join('\n', rows));
    }

    private static void AssertFound(byte[] haystack, byte[] secret, bool expected)
    {
        byte[][] spellings =
        [
            secret,
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)),
            Encoding.ASCII.GetBytes(Convert.ToHexString(secret)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(secret).TrimEnd('=')),
            Encoding.ASCII.GetBytes(System.Buffers.Text.Base64Url.EncodeToString(secret)),
            SHA256.HashData(secret),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(secret))),
        ];
        Assert.Equal(expected, spellings.Any(spelling => haystack.AsSpan().IndexOf(spelling) >= 0));
    }
}
