using Btec.Api.Features.SecondFactors;
using Btec.Data.Model;
using Btec.Data.Retention;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.SecondFactors;

/// <summary>The deletion of what was begun with second factors and not finished.</summary>
public abstract class SecondFactorCleanupTests(OwnApi own)
{
    private readonly BtecApi _api = own.Api;

    public sealed class OnSqlite(OwnSqliteApi own) : SecondFactorCleanupTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : SecondFactorCleanupTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task An_authenticator_is_deleted_when_it_can_no_longer_be_confirmed_and_not_before()
    {
        var user = await _api.StartAccountWithTotpAsync();
        await _api.BeginTotpAsync(user.Tokens);

        _api.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await CleanAsync();
        Assert.Equal(2, await CountAsync(user.Id));
        _api.Clock.Advance(TimeSpan.FromSeconds(1));
        await CleanAsync();

        Assert.Equal(1, await CountAsync(user.Id));
        Assert.Single((await _api.CreateClient().ListFactorsAsync(user.Tokens)).Items);
    }

    [Fact]
    public async Task More_than_a_batch_is_deleted_in_one_run()
    {
        var (id, _, _) = await _api.StartConfirmedAccountAsync();
        const int Count = UnconfirmedTotpPurge.BatchSize + 1;
        var createdAt = _api.Clock.GetUtcNow() - TimeSpan.FromMinutes(11);
        await _api.WithDatabaseAsync(database =>
        {
            database.TotpFactors.AddRange(Enumerable.Range(0, Count).Select(_ => new TotpFactor
            {
                Id = Guid.CreateVersion7(createdAt),
                UserId = id,
                EncryptedSecret = [0],
                CreatedAt = createdAt,
            }));
            return database.SaveChangesAsync();
        });

        await CleanAsync();

        Assert.Equal(0, await CountAsync(id));
    }

    private Task<int> CleanAsync() =>
        _api.Services.GetRequiredService<SecondFactorCleanup>().RunOnceAsync(TestContext.Current.CancellationToken);

    private Task<int> CountAsync(int userId) =>
        _api.WithDatabaseAsync(database => database.TotpFactors.CountAsync(factor => factor.UserId == userId));
}
