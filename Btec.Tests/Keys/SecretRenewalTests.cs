using Btec.Api.Features.SecondFactors;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Btec.Tests.MigrationService;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Keys;

/// <summary>The rows that the worker encrypts and authenticates anew, so that the previous <c>Jwt:SigningKey</c> can be
/// removed.</summary>
public abstract class SecretRenewalTests(DatabaseKind kind)
{
    private static readonly string First = BtecApi.SigningKey;
    private readonly TestClock _clock = new();

    public sealed class OnSqlite() : SecretRenewalTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SecretRenewalTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Once_the_worker_has_run_with_both_the_previous_secret_is_not_needed_for_keys_and_audit_events()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        Tokens tokens;
        IReadOnlyList<string> keys;
        await using (var before = await database.StartAsync(_clock, "ES256", First))
        {
            await before.WriteAuditAsync(logins: 4);
            tokens = await before.CreateClient().StartSessionOfNewUserAsync();
            await before.RotateKeyAsync();
            _clock.Pass(SigningKeySchedule.MaxCacheAge);
            keys = await before.CreateClient().GetKeyIdsAsync();
        }

        var run = await WorkerRuns.RunAsync(database.ToSettings(SecretMoves.Secrets(SecretMoves.Second, First)));
        run.AssertExitCode(0);
        Assert.Contains("rows of a previous Jwt:SigningKey under the current one", run.Text, StringComparison.Ordinal);
        var again = await WorkerRuns.RunAsync(database.ToSettings(SecretMoves.Secrets(SecretMoves.Second, First)));
        again.AssertExitCode(0);
        Assert.DoesNotContain("rows of a previous", again.Text, StringComparison.Ordinal);

        await using var after = await database.StartAsync(_clock, "ES256", SecretMoves.Second);
        var client = after.CreateClient();
        Assert.Equal(keys, await client.GetKeyIdsAsync());
        await client.AssertAcceptedAsync(tokens.Access);
        await client.RefreshAsync(tokens.Refresh);
        Assert.Empty(await after.FindAuditFaultsAsync());
        (await database.RunAuditAsync("--verify-audit", SecretMoves.Second)).AssertExitCode(0);
    }

    [Fact]
    public async Task Secrets_of_authenticator_applications_are_renewed_however_many_there_are()
    {
        const int Count = 1_001;
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        await using (var before = await database.StartAsync(_clock, "HS256", First))
            await AddFactorsAsync(before, Count);

        await using (var both = await database.StartAsync(_clock, "HS256", SecretMoves.Second, First))
        {
            Assert.Equal(Count, await RenewFactorsAsync(both));
            Assert.Equal(0, await RenewFactorsAsync(both));
        }

        await using var after = await database.StartAsync(_clock, "HS256", SecretMoves.Second);
        var secrets = after.Services.GetRequiredService<TotpSecrets>();
        var factors = await after.WithDatabaseAsync(rows => rows.TotpFactors.AsNoTracking().ToListAsync());
        Assert.Equal(Count, factors.Count);
        Assert.All(factors, factor => Assert.Equal(factor.Id.ToByteArray(), secrets.Find(factor)!));
    }

    [Fact]
    public async Task Keys_that_were_changed_or_are_of_an_unknown_secret_are_not_renewed()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        await using (var before = await database.StartAsync(_clock, "ES256", First))
        {
            await before.CreateClient().GetKeyIdsAsync();
            await before.WriteAuditAsync(logins: 1);
        }

        await database.ExecuteAsync(
            "UPDATE signing_keys SET revoked_key_ids = 'changed'; UPDATE rsa_signing_keys SET revoked_key_ids = 'changed'; "
            + "UPDATE audit_chains SET length = length + 1");
        await using var after = await database.StartAsync(_clock, "HS256", SecretMoves.Third, SecretMoves.Second, First);
        Assert.Equal(0, await RenewAsync(after));
    }

    [Fact]
    public async Task A_key_of_version_1_0_is_renewed_as_such()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        await using var before = await database.StartAsync(_clock, "ES256", First);
        var keyId = await before.AddFirstVersionKeyAsync(generation: 3);
        var token = (await before.CreateClient().StartSessionOfNewUserAsync()).Access;
        Assert.Equal(keyId, KeyMoves.KeyOf(token));

        await using (var both = await database.StartAsync(_clock, "HS256", SecretMoves.Second, First))
            Assert.InRange(await RenewAsync(both), 2, int.MaxValue);

        await using var after = await database.StartAsync(_clock, "ES256", SecretMoves.Second);
        await after.CreateClient().AssertAcceptedAsync(token);
    }

    /// <summary>Adds authenticator applications, each with its id as its secret.</summary>
    private static async Task AddFactorsAsync(BtecApi api, int count)
    {
        var user = (await api.CreateClient().RegisterAsync(ApiMoves.NewEmail())).GetProperty("id").GetInt32();
        var secrets = api.Services.GetRequiredService<TotpSecrets>();
        await api.WithDatabaseAsync(rows =>
        {
            rows.TotpFactors.AddRange(Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).Select(id => new TotpFactor
            {
                Id = id,
                UserId = user,
                EncryptedSecret = secrets.Seal(id.ToByteArray(), id),
                CreatedAt = api.Clock.GetUtcNow(),
                ConfirmedAt = api.Clock.GetUtcNow(),
            }));
            return rows.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
    }

    /// <summary>Renews only the secrets: ends of audit chains without an HMAC are left as they are.</summary>
    private static async Task<int> RenewFactorsAsync(BtecApi api)
    {
        await api.Database.ExecuteAsync("UPDATE audit_chains SET ends_mac = NULL");
        return await RenewAsync(api);
    }

    private static async Task<int> RenewAsync(BtecApi api)
    {
        await using var scope = api.Services.CreateAsyncScope();
        return await ActivatorUtilities.CreateInstance<StoredSecrets>(scope.ServiceProvider)
            .RenewAsync(TestContext.Current.CancellationToken);
    }
}
