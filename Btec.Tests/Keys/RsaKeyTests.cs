using System.Net;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Keys;

/// <summary>The RSA keys of id tokens and of clients' access tokens: created at the first need, and rotated like the P-256
/// keys.</summary>
public abstract class RsaKeyTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : RsaKeyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RsaKeyTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_first_key_is_created_when_it_is_needed_and_not_before()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        using (var me = await client.GetMeAsync(tokens.Access))
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);

        Assert.Equal(0, await api.CountRsaKeysAsync());

        var key = Assert.Single(await client.GetKeySetAsync());
        Assert.Equal(1, await api.CountRsaKeysAsync());
        var token = await api.IssueMachineTokenAsync();
        Assert.Equal(key.GetProperty("kid").GetString(), KeyMoves.KeyOf(token));
        Assert.True(await client.IsSignedByPublishedKeyAsync(token));
    }

    [Fact]
    public async Task Instances_that_need_the_first_key_at_once_agree_on_one()
    {
        await using var api = await BtecApi.StartAsync(kind);

        var found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var scope = api.Services.CreateAsyncScope();
            var keys = await scope.ServiceProvider.GetRequiredService<SigningKeySchedule<RsaSigningKey>>()
                .MaintainAsync(api.Clock.GetUtcNow(), TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
            return Assert.Single(keys).KeyId;
        })));

        Assert.Single(found.Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("ES256")]
    public async Task The_next_key_is_published_after_76_days_signs_after_90_and_replaces_the_old_one(string algorithm)
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256(("Jwt:Algorithm", algorithm)));
        var client = api.CreateClient();
        var session = await api.StartClientSessionAsync();
        var old = await api.IssueAsync(session);
        var start = api.Clock.GetUtcNow();

        api.Clock.AdjustTime(start + TimeSpan.FromDays(76));
        var published = await IdsAsync(client);
        Assert.Equal(2, published.Count);
        Assert.Equal(old, published[0]);
        Assert.Equal(old, await api.IssueAsync(session));

        api.Clock.AdjustTime(start + TimeSpan.FromDays(90) + TimeSpan.FromSeconds(1));
        Assert.Equal(published[1], await api.IssueAsync(session));

        // 8 days are the longest lifetime of any token here.
        api.Clock.AdjustTime(start + TimeSpan.FromDays(98) - TimeSpan.FromMinutes(1));
        Assert.Equal(published, await IdsAsync(client));
        api.Clock.AdjustTime(start + TimeSpan.FromDays(98) + TimeSpan.FromMinutes(1));
        Assert.Equal([published[1]], await IdsAsync(client));
    }

    [Theory]
    [InlineData("key_id = 'another'")]
    [InlineData("generation = 7")]
    [InlineData("revoked_key_ids = 'another'")]
    public async Task A_key_whose_row_was_changed_is_no_longer_trusted(string change)
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var before = Assert.Single(await IdsAsync(client));

        await api.Database.ExecuteAsync($"UPDATE rsa_signing_keys SET {change}");

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        Assert.NotEqual(before, Assert.Single(await IdsAsync(client)), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_row_of_the_other_table_is_not_trusted()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var rsa = Assert.Single(await IdsAsync(client));
        var ec = Assert.Single(await client.GetKeyIdsAsync());
        const string Columns = "generation, key_id, public_key, encrypted_private_key, created_at, active_from, revoked_key_ids";

        await api.Database.ExecuteAsync($"""
            INSERT INTO signing_keys ({Columns}) SELECT {Columns.Replace("generation", "2", StringComparison.Ordinal)} FROM rsa_signing_keys;
            INSERT INTO rsa_signing_keys ({Columns}) SELECT {Columns.Replace("generation", "2", StringComparison.Ordinal)} FROM signing_keys WHERE generation = 1;
            UPDATE signing_keys SET generation = 3 WHERE generation = 1;
            UPDATE rsa_signing_keys SET generation = 3 WHERE generation = 1;
            UPDATE signing_keys SET generation = 1 WHERE generation = 2;
            UPDATE rsa_signing_keys SET generation = 1 WHERE generation = 2
            """);

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        Assert.DoesNotContain(ec, await IdsAsync(client), StringComparer.Ordinal);
        Assert.DoesNotContain(rsa, await client.GetKeyIdsAsync(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Once_the_worker_has_run_with_both_secrets_the_previous_one_is_not_needed()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = new TestClock();
        IReadOnlyList<string> keys;
        await using (var before = await database.StartAsync(clock, "HS256", BtecApi.SigningKey))
            keys = await IdsAsync(before.CreateClient());

        (await WorkerRuns.RunAsync(database.ToSettings(SecretMoves.Secrets(SecretMoves.Second, BtecApi.SigningKey)))).AssertExitCode(0);

        await using var after = await database.StartAsync(clock, "HS256", SecretMoves.Second);
        Assert.Equal(keys, await IdsAsync(after.CreateClient()));
    }

    [Fact]
    public async Task A_revoked_key_whose_row_is_restored_is_not_trusted_again()
    {
        await using var api = await BtecApi.StartAsync(kind);
        var client = api.CreateClient();
        var revoked = Assert.Single(await IdsAsync(client));
        var row = await api.WithDatabaseAsync(database =>
            database.RsaSigningKeys.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken));
        await api.RevokeKeyAsync(revoked);

        await api.WithDatabaseAsync(database =>
        {
            database.RsaSigningKeys.Add(row);
            return database.SaveChangesAsync(TestContext.Current.CancellationToken);
        });

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        Assert.DoesNotContain(revoked, await IdsAsync(client), StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(HttpClient client) =>
        [.. (await client.GetRsaKeysAsync()).Select(key => key.GetProperty("kid").GetString()!)];
}

/// <summary>Shorthands of these tests.</summary>
file static class IdTokenKeys
{
    /// <summary>Issues an id token and returns the id of its key.</summary>
    public static async Task<string> IssueAsync(this BtecApi api, Session session) =>
        KeyMoves.KeyOf((await api.IssueIdTokenAsync(session)).Id);
}
