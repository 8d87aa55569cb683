using Btec.Api.Features.SecondFactors;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Passkeys;

/// <summary>The lifetime of challenges.</summary>
public abstract class PasskeyChallengeTests(OwnApi own)
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : PasskeyChallengeTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : PasskeyChallengeTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    public async Task A_challenge_expires_after_five_minutes_and_not_a_second_before()
    {
        var (_, _, _, authenticator) = await _client.StartAccountWithPasskeyAsync();
        var (early, late) = (await _client.StartPasskeyLoginAsync(), await _client.StartPasskeyLoginAsync());
        own.Api.Clock.Advance(s_lifetime - TimeSpan.FromSeconds(1));

        using var inTime = await _client.TryLoginWithPasskeyAsync(early, authenticator.Get(early.Options));
        own.Api.Clock.Advance(TimeSpan.FromSeconds(1));
        using var tooLate = await _client.TryLoginWithPasskeyAsync(late, authenticator.Get(late.Options));

        Assert.Equal(System.Net.HttpStatusCode.OK, inTime.StatusCode);
        await tooLate.AssertPasskeyInvalidAsync();
    }

    [Fact]
    public async Task Expired_challenges_are_deleted_and_only_the_hash_of_the_id_is_stored()
    {
        await RunCleanupAsync();
        var expired = await _client.StartPasskeyLoginAsync();
        own.Api.Clock.Advance(s_lifetime);
        await _client.StartPasskeyLoginAsync();
        Assert.DoesNotContain(expired.Id, string.Join(' ', await own.Api.Database.ReadAsync("SELECT state FROM passkey_challenges")), StringComparison.Ordinal);

        await RunCleanupAsync();

        Assert.Equal(1, await own.Api.WithDatabaseAsync(database => database.PasskeyChallenges.CountAsync()));
    }

    private Task<int> RunCleanupAsync() =>
        own.Api.Services.GetRequiredService<SecondFactorCleanup>().RunOnceAsync(TestContext.Current.CancellationToken);
}
