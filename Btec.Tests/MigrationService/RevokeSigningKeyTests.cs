using System.Net;
using System.Text.RegularExpressions;
using Btec.Data.Audit;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.MigrationService;

/// <summary>The command <c>--revoke-signing-key</c>, which distrusts a key at once and creates its successor.</summary>
public abstract partial class RevokeSigningKeyTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : RevokeSigningKeyTests(DatabaseKind.Sqlite)
    {
        [Theory]
        [InlineData("--revoke-signing-key")]
        [InlineData("--revoke-signing-key=")]
        [InlineData("--revoke-signing-key=abc")]
        public async Task Without_the_id_of_a_key_it_is_refused(string argument)
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);

            (await WorkerRuns.RunAsync(Settings(database), argument)).AssertRefused("--revoke-signing-key=KEY_ID");
        }
    }

    public sealed class OnPostgres() : RevokeSigningKeyTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Running_APIs_refuse_tokens_of_the_key_within_ten_seconds_and_sign_with_the_successor()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var token = await client.LoginAsync(email);
        var revoked = KeyMoves.KeyOf(token);

        var end = await RevokeAsync(api, revoked);

        end.AssertExitCode(0);
        Assert.Equal($"Key {revoked} is revoked. Within 10 seconds, no instance accepts its tokens.", end.Output[0]);
        var successor = Successor().Match(end.Output[1]).Groups["key"].Value;
        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        using var me = await client.GetMeAsync(token);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        Assert.Equal([successor], await client.GetKeyIdsAsync());
        var next = await client.LoginAsync(email);
        Assert.Equal(successor, KeyMoves.KeyOf(next));
        using var again = await client.GetMeAsync(next);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(
            $$"""{"key_id":"{{revoked}}","successor":"{{successor}}"}""",
            await api.WithDatabaseAsync(database => database.AuditEvents
                .Where(audited => audited.Type == AuditTypes.SigningKeyRevoked).Select(audited => audited.Details).SingleAsync()));
    }

    [Fact]
    public async Task If_another_key_can_sign_meanwhile_the_successor_is_published_before_it_signs()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var first = KeyMoves.KeyOf(await client.LoginAsync(email));
        var second = await api.RotateKeyAsync();
        api.Clock.Pass(SigningKeySchedule.Propagation);
        Assert.Equal(second, KeyMoves.KeyOf(await client.LoginAsync(email)));

        await api.RevokeKeyAsync(second);

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        var keys = await client.GetKeyIdsAsync();
        Assert.Equal(2, keys.Count);
        Assert.DoesNotContain(second, keys, StringComparer.Ordinal);
        Assert.Equal(first, KeyMoves.KeyOf(await client.LoginAsync(email)));
        api.Clock.Pass(SigningKeySchedule.Propagation);
        Assert.Equal(keys[1], KeyMoves.KeyOf(await client.LoginAsync(email)));
    }

    [Fact]
    public async Task An_RSA_key_is_revoked_with_HS256_too()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var revoked = Assert.Single(await client.GetRsaKeysAsync()).GetProperty("kid").GetString()!;

        var end = await RevokeAsync(api, revoked, ("Jwt:Algorithm", "HS256"));

        end.AssertExitCode(0);
        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        var successor = Assert.Single(await client.GetKeySetAsync()).GetProperty("kid").GetString();
        Assert.Equal(Successor().Match(end.Output[1]).Groups["key"].Value, successor);
        Assert.NotEqual(revoked, successor, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_unknown_or_of_another_secret_is_not_revoked()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var own = Assert.Single(await client.GetKeyIdsAsync());

        (await RevokeAsync(api, new string('A', 43))).AssertExitCode(1);
        (await RevokeAsync(api, own, ("Jwt:SigningKey", "Wq8rT5yU2iO9pA6sD3fG0hJ7kL4zX1cV"))).AssertExitCode(1);

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        Assert.Equal([own], await client.GetKeyIdsAsync());
    }

    private static Task<ProcessEnd> RevokeAsync(BtecApi api, string keyId, params (string Name, string? Value)[] others) =>
        WorkerRuns.RunAsync(Settings(api.Database, others), $"--revoke-signing-key={keyId}");

    private static IReadOnlyDictionary<string, string?> Settings(
        TestDatabase database, params (string Name, string? Value)[] others) =>
        database.ToSettings([("Jwt:SigningKey", BtecApi.SigningKey), ("Jwt:Algorithm", "ES256"), .. others]);

    [GeneratedRegex(
        "^Key (?<key>[A-Za-z0-9_-]{43}) [(](ES|RS)256[)] is published now and signs from .+ on[.]$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Successor();
}
