using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>A change of <c>Jwt:SigningKey</c>, after which the previous one is configured as
/// <c>Jwt:PreviousSigningKeys</c>.</summary>
public abstract class SecretRotationTests(DatabaseKind kind)
{
    private static readonly string First = BtecApi.SigningKey;
    private readonly TestClock _clock = new();

    public sealed class OnSqlite() : SecretRotationTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SecretRotationTests(DatabaseKind.Postgres);

    [Fact]
    public async Task With_ES256_the_published_keys_and_the_tokens_stay_the_same()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var (before, tokens, keys) = await StartAsync(database, "ES256");
        await before.DisposeAsync();

        await using var after = await database.StartAsync(_clock, "ES256", SecretMoves.Second, First);
        var client = after.CreateClient();

        Assert.Equal(keys, await ReadKeysAsync(client));
        var refreshed = await client.RefreshAsync(tokens.Refresh);
        Assert.Equal(KeyMoves.KeyOf(tokens.Access), KeyMoves.KeyOf(refreshed.Access));
        foreach (var token in new[] { tokens.Access, refreshed.Access })
            await client.AssertAcceptedAsync(token);
    }

    [Fact]
    public async Task With_HS256_tokens_of_a_listed_secret_are_accepted_and_new_ones_are_signed_with_the_current_one()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var (before, tokens, _) = await StartAsync(database, "HS256");
        await before.DisposeAsync();

        await using var after = await database.StartAsync(_clock, "HS256", SecretMoves.Second, First);
        var client = after.CreateClient();

        await client.AssertAcceptedAsync(tokens.Access);
        var refreshed = await client.RefreshAsync(tokens.Refresh);
        Assert.Equal(refreshed.Access, SignAgain(refreshed.Access, SecretMoves.Second));
        await client.AssertAcceptedAsync(refreshed.Access);
        using var forged = await client.GetMeAsync(SignAgain(refreshed.Access, SecretMoves.Third));
        await forged.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        _clock.Pass(TimeSpan.FromDays(8) + JwtOptions.ClockSkew);
        using var late = await client.GetMeAsync(tokens.Access);
        await late.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_expired");
    }

    [Fact]
    public async Task Audit_chains_are_authentic_while_the_previous_secret_is_listed()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        await using (var before = await database.StartAsync(_clock, "HS256", First))
        {
            await before.WriteAuditAsync(logins: 4);
            Assert.Empty(await before.FindAuditFaultsAsync());
        }

        await using (var without = await database.StartAsync(_clock, "HS256", SecretMoves.Second))
            Assert.Contains("its ends are not authentic", (await without.FindAuditFaultsAsync())[0], StringComparison.Ordinal);

        await using var after = await database.StartAsync(_clock, "HS256", SecretMoves.Second, First);
        Assert.Empty(await after.FindAuditFaultsAsync());
        await after.WriteAuditAsync(logins: 4);
        Assert.Empty(await after.FindAuditFaultsAsync());
    }

    /// <summary>Starts an API with a user who has logged in, and returns the keys that it publishes.</summary>
    private async Task<(BtecApi Api, Tokens Tokens, IReadOnlyList<string> Keys)> StartAsync(TestDatabase database, string algorithm)
    {
        var api = await database.StartAsync(_clock, algorithm, First);
        var client = api.CreateClient();
        return (api, await client.StartSessionOfNewUserAsync(), await ReadKeysAsync(client));
    }

    private static async Task<IReadOnlyList<string>> ReadKeysAsync(HttpClient client) =>
        [.. (await client.GetKeysAsync()).Select(key => key.GetRawText())];

    private static string SignAgain(string token, string secret)
    {
        var parts = token.Split('.');
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        return $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(signature)}";
    }
}
