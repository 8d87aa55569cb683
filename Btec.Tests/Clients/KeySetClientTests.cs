using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace Btec.Tests.Clients;

/// <summary>The npm package <c>jose</c> with its defaults, as another service that knows only the address of the key set. It uses
/// the clock of the API.</summary>
public abstract class KeySetClientTests(DatabaseKind kind)
{
    private static readonly string[] OtherAlgorithms = ["HS256"];

    public sealed class OnSqlite() : KeySetClientTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : KeySetClientTests(DatabaseKind.Postgres);

    [Fact]
    public async Task It_verifies_tokens_of_the_API_and_no_others()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        await using var service = await StartAsync(api);
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var token = await client.LoginAsync(email);

        var verified = await service.AskAsync(new { @do = "verify", token });
        Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        Assert.Equal(email, verified.GetProperty("sub").GetString());
        Assert.Equal(KeyMoves.KeyOf(token), verified.GetProperty("kid").GetString());

        await AssertRefusedAsync(service, token, "ERR_JWT_CLAIM_VALIDATION_FAILED", new { audience = "shop" });
        await AssertRefusedAsync(service, token, "ERR_JWT_CLAIM_VALIDATION_FAILED", new { issuer = "https://auth.example.com" });
        await AssertRefusedAsync(service, token[..^8] + "AAAAAAAA", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
        // HS256 under the configured secret is not allowed, and a published key set could not verify it if it were.
        var (header, claims) = (TokenForge.Header(), TokenForge.Claims(api, userId: 1));
        await AssertRefusedAsync(service, TokenForge.Sign(header, claims), "ERR_JOSE_ALG_NOT_ALLOWED");
        await AssertRefusedAsync(service, TokenForge.Sign(header, claims), "ERR_JOSE_NOT_SUPPORTED", new { algorithms = OtherAlgorithms });

        await MoveAsync(service, api.Clock, TimeSpan.FromDays(8) + TimeSpan.FromSeconds(1));
        await AssertRefusedAsync(service, token, "ERR_JWT_EXPIRED");
    }

    [Fact]
    public async Task It_gets_a_new_key_in_time_although_it_read_the_keys_just_before_the_rotation()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = NewClock();
        await using var rotating = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        await using var asked = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        await using var service = await StartAsync(asked);
        var client = rotating.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var old = await client.LoginAsync(email);

        // The worst case: the service reads from an instance that has just cached the old keys.
        await asked.CreateClient().GetKeysAsync();
        await rotating.RotateKeyAsync();
        await MoveAsync(service, clock, SigningKeySchedule.MaxCacheAge - TimeSpan.FromSeconds(1));
        Assert.True((await service.AskAsync(new { @do = "verify", token = old })).GetProperty("ok").GetBoolean());
        await MoveAsync(service, clock, SigningKeySchedule.Propagation - SigningKeySchedule.MaxCacheAge + TimeSpan.FromSeconds(1));

        var token = await client.LoginAsync(email);
        Assert.NotEqual(KeyMoves.KeyOf(old), KeyMoves.KeyOf(token), StringComparer.Ordinal);
        foreach (var alive in new[] { token, old })
        {
            var verified = await service.AskAsync(new { @do = "verify", token = alive });
            Assert.True(verified.GetProperty("ok").GetBoolean(), verified.GetRawText());
        }
    }

    [Fact]
    public async Task It_verifies_every_token_while_keys_rotate_under_load()
    {
        const int Rotations = 4;
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = NewClock();
        await using var first = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        await using var second = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        await using var service = await StartAsync(second);
        var clients = new[] { first.CreateClient(), second.CreateClient() };
        var email = ApiMoves.NewEmail();
        await clients[0].RegisterAsync(email);
        await service.AskAsync(new
        {
            @do = "load",
            logins = clients.Select(client => new Uri(client.BaseAddress!, "/api/auth/login").ToString()),
            username = email,
            password = ApiMoves.Password,
        });

        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            var key = await (rotation % 2 == 0 ? first : second).RotateKeyAsync();
            for (var passed = TimeSpan.Zero; passed <= SigningKeySchedule.Propagation; passed += TimeSpan.FromSeconds(5))
            {
                await MoveAsync(service, clock, TimeSpan.FromSeconds(5));
                await Task.Delay(TimeSpan.FromMilliseconds(30), TestContext.Current.CancellationToken);
            }

            await Eventually.IsTrueAsync(
                async () => (await service.AskAsync(new { @do = "progress" })).GetProperty("keys").EnumerateArray()
                    .Any(used => used.GetString() == key),
                $"a token was signed with {key} and verified");
        }

        var result = await service.AskAsync(new { @do = "stop" });
        Assert.Empty(result.GetProperty("failures").EnumerateArray());
        Assert.True(result.GetProperty("keys").GetArrayLength() >= Rotations, result.GetRawText());
    }

    private static TestClock NewClock() => new();

    private static async Task<NodeProgram> StartAsync(BtecApi api)
    {
        var service = await NodeProgram.StartAsync("jose.mjs", new Uri(api.CreateClient().BaseAddress!, KeyMoves.KeySet).ToString());
        await MoveAsync(service, api.Clock, TimeSpan.Zero);
        return service;
    }

    private static async Task MoveAsync(NodeProgram service, FakeTimeProvider clock, TimeSpan by)
    {
        clock.Pass(by);
        await service.AskAsync(new { @do = "time", at = clock.GetUtcNow().ToUnixTimeMilliseconds() });
    }

    private static async Task AssertRefusedAsync(NodeProgram service, string token, string code, object? rules = null)
    {
        var answer = await service.AskAsync(new { @do = "verify", token, rules = rules ?? new { } });
        Assert.False(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(code, answer.GetProperty("code").GetString());
    }
}
