using System.Net;
using Btec.Data.Keys;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>Rotation and retirement of keys by age. Every test moves its own clock.</summary>
public abstract class RotationByAgeTests(DatabaseKind kind)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TokenLife = TimeSpan.FromDays(8);

    public sealed class OnSqlite() : RotationByAgeTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RotationByAgeTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_next_key_is_published_after_76_days_signs_after_90_and_the_old_one_stays_until_its_last_token_has_expired()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var start = ToWholeSecond(api);
        var old = Assert.Single(await client.GetKeyIdsAsync());

        api.Clock.AdjustTime(start + TimeSpan.FromDays(76) - SigningKeySchedule.MaxCacheAge);
        Assert.Equal([old], await client.GetKeyIdsAsync());

        // An instance publishes the key late by at most the age of its cached keys.
        api.Clock.AdjustTime(start + TimeSpan.FromDays(76));
        var keys = await client.GetKeyIdsAsync();
        Assert.Equal(2, keys.Count);
        Assert.Equal(old, keys[0]);
        Assert.Equal(old, KeyMoves.KeyOf(await client.LoginAsync(email)));

        var change = start + TimeSpan.FromDays(90);
        api.Clock.AdjustTime(change - Second);
        var last = await client.LoginAsync(email);
        Assert.Equal(old, KeyMoves.KeyOf(last));
        api.Clock.AdjustTime(change);
        Assert.Equal(keys[1], KeyMoves.KeyOf(await client.LoginAsync(email)));

        api.Clock.AdjustTime(change - Second + TokenLife + Skew - Second);
        Assert.Equal(keys, await client.GetKeyIdsAsync());
        using (var alive = await client.GetMeAsync(last))
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

        api.Clock.AdjustTime(change - Second + TokenLife + Skew);
        using (var expired = await client.GetMeAsync(last))
            await expired.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_expired");

        api.Clock.AdjustTime(change + TokenLife + Skew + SigningKeySchedule.MaxCacheAge + Second);
        Assert.Equal([keys[1]], await client.GetKeyIdsAsync());
    }

    [Fact]
    public async Task Throughout_a_year_of_rotations_the_signing_key_is_always_published()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? before = null;

        for (var day = 0; day <= 365; day += 5)
        {
            var token = await client.LoginAsync(email);
            var keys = await client.GetKeysAsync();
            Assert.True(KeyMoves.Verifies(Assert.Single(keys, key => key.GetProperty("kid").GetString() == KeyMoves.KeyOf(token)), token));
            Assert.InRange(keys.Count, 1, 2);
            seen.Add(KeyMoves.KeyOf(token));
            if (before is not null)
            {
                using var response = await client.GetMeAsync(before);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }

            before = token;
            api.Clock.Pass(TimeSpan.FromDays(5));
        }

        // One every 90 days: on days 0, 90, 180, 270 and 360.
        Assert.Equal(5, seen.Count);
    }

    [Fact]
    public async Task An_overdue_key_is_still_published_before_it_signs()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var old = KeyMoves.KeyOf(await client.LoginAsync(email));

        // No requests arrived in the meantime.
        api.Clock.Pass(TimeSpan.FromDays(200));

        Assert.Equal(old, KeyMoves.KeyOf(await client.LoginAsync(email)));
        var keys = await client.GetKeyIdsAsync();
        Assert.Equal(2, keys.Count);
        Assert.Equal(old, keys[0]);
        api.Clock.Pass(SigningKeySchedule.Propagation);
        Assert.Equal(keys[1], KeyMoves.KeyOf(await client.LoginAsync(email)));
    }

    [Fact]
    public async Task A_key_is_published_until_its_last_token_expires_for_other_lifetimes_too()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256(
            ("Jwt:AccessTokenLifetime", "00:15:00"), ("OAuth:AccessTokenLifetime", "00:15:00")));
        var client = api.CreateClient();
        ToWholeSecond(api);
        var old = Assert.Single(await client.GetKeyIdsAsync());
        await api.RotateKeyAsync();

        api.Clock.Pass(SigningKeySchedule.Propagation + TimeSpan.FromMinutes(15) + Skew);
        Assert.Equal(old, (await client.GetKeyIdsAsync())[0]);
        api.Clock.Pass(SigningKeySchedule.MaxCacheAge + Second);
        Assert.DoesNotContain(old, await client.GetKeyIdsAsync(), StringComparer.Ordinal);
    }

    /// <summary>Moves the clock to a whole second, because tokens count in seconds.</summary>
    private static DateTimeOffset ToWholeSecond(BtecApi api)
    {
        api.Clock.AdjustTime(DateTimeOffset.FromUnixTimeSeconds(api.Clock.GetUtcNow().ToUnixTimeSeconds() + 1));
        return api.Clock.GetUtcNow();
    }
}
