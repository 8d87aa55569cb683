using System.Collections.Concurrent;
using System.Net;
using Btec.Data.Keys;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Keys;

/// <summary>Several instances on one database. None issues a token that another cannot verify.</summary>
public abstract class KeyInstancesTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : KeyInstancesTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : KeyInstancesTests(DatabaseKind.Postgres);

    [Fact]
    public async Task Two_instances_that_start_at_once_on_an_empty_database_share_one_key()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = NewClock();
        await using var first = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        await using var second = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());

        var sets = await Task.WhenAll(first.CreateClient().GetKeyIdsAsync(), second.CreateClient().GetKeyIdsAsync());

        Assert.Equal(Assert.Single(sets[0]), Assert.Single(sets[1]));
    }

    [Fact]
    public async Task Concurrent_requests_that_find_no_key_create_a_single_one()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());

        var found = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            await using var scope = api.Services.CreateAsyncScope();
            var keys = await scope.ServiceProvider.GetRequiredService<SigningKeySchedule<SigningKey>>()
                .MaintainAsync(api.Clock.GetUtcNow(), TimeSpan.FromDays(8), TestContext.Current.CancellationToken);
            return Assert.Single(keys).KeyId;
        })));

        Assert.Single(found.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Concurrent_rotations_each_create_a_key_and_the_newest_takes_over()
    {
        await using var api = await BtecApi.StartAsync(kind, KeyMoves.Es256());
        var client = api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var old = KeyMoves.KeyOf(await client.LoginAsync(email));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(api.RotateKeyAsync)));

        api.Clock.Pass(SigningKeySchedule.MaxCacheAge);
        var keys = await client.GetKeyIdsAsync();
        Assert.Equal(5, keys.Count);
        Assert.Equal(old, keys[0]);
        api.Clock.Pass(SigningKeySchedule.Propagation);
        Assert.Equal(keys[^1], KeyMoves.KeyOf(await client.LoginAsync(email)));
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(20)]
    public async Task A_clock_skew_of_20_seconds_does_not_affect_the_first_key(int secondsApart)
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var (clock, other) = (NewClock(), NewClock());
        clock.Pass(TimeSpan.FromMinutes(1));
        other.AdjustTime(clock.GetUtcNow() + TimeSpan.FromSeconds(secondsApart));
        await using var first = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        await using var second = await BtecApi.StartInstanceAsync(database, other, KeyMoves.Es256());
        var email = ApiMoves.NewEmail();
        await first.CreateClient().RegisterAsync(email);

        var tokens = new[] { await first.CreateClient().LoginAsync(email), await second.CreateClient().LoginAsync(email) };

        Assert.All(tokens, token => Assert.Equal(KeyMoves.KeyOf(tokens[0]), KeyMoves.KeyOf(token)));
        foreach (var token in tokens)
            await AssertVerifiesAsync([first, second], token);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(20, 2)]
    public async Task In_any_history_of_rotations_each_instance_verifies_the_tokens_of_the_other(int secondsApart, int seed)
    {
        const int Steps = 40;
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clocks = new[] { NewClock(), NewClock() };
        clocks[0].Pass(TimeSpan.FromMinutes(1));
        clocks[1].AdjustTime(clocks[0].GetUtcNow() + TimeSpan.FromSeconds(secondsApart));
        await using var first = await BtecApi.StartInstanceAsync(database, clocks[0], KeyMoves.Es256());
        await using var second = await BtecApi.StartInstanceAsync(database, clocks[1], KeyMoves.Es256());
        var instances = new[] { first, second };
        var clients = instances.Select(instance => instance.CreateClient()).ToArray();
        var email = ApiMoves.NewEmail();
        await clients[0].RegisterAsync(email);
        var noise = new SeededNoise((ulong)seed);
        var tokens = new List<(string Token, DateTimeOffset Until)>();
        var used = new HashSet<string>(StringComparer.Ordinal);

        for (var step = 0; step < Steps; step++)
        {
            var passed = noise.Below(10) == 0 ? TimeSpan.FromDays(noise.Below(20)) : TimeSpan.FromSeconds(noise.Below(40));
            foreach (var clock in clocks)
                clock.Pass(passed);

            if (noise.Below(6) == 0)
                await instances[noise.Below(2)].RotateKeyAsync();

            var minting = noise.Below(2);
            var token = await clients[minting].LoginAsync(email);
            used.Add(KeyMoves.KeyOf(token));
            tokens.Add((token, instances[minting].Clock.GetUtcNow() + TimeSpan.FromDays(8)));
            var published = await clients[1 - minting].GetKeysAsync();
            Assert.True(
                published.Any(key => key.GetProperty("kid").GetString() == KeyMoves.KeyOf(token) && KeyMoves.Verifies(key, token)),
                $"seed {seed}, step {step}: {KeyMoves.KeyOf(token)} is not published by the other instance");

            tokens.RemoveAll(minted => clocks.Any(clock => clock.GetUtcNow() >= minted.Until));
            if (tokens.Count > 0)
            {
                await AssertVerifiesAsync(instances, tokens[0].Token);
            }
        }

        Assert.True(used.Count > 3, $"Only {used.Count} keys were used: too few rotations.");
    }

    [Fact]
    public async Task A_rotation_fails_no_request_in_flight()
    {
        const int Rotations = 4;
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var clock = NewClock();
        await using var first = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        await using var second = await BtecApi.StartInstanceAsync(database, clock, KeyMoves.Es256());
        var instances = new[] { first, second };
        var (owner, email) = (ApiMoves.NewEmail(), ApiMoves.NewEmail());
        await first.CreateClient().RegisterAsync(owner);
        await first.CreateClient().RegisterAsync(email);
        using var stop = new CancellationTokenSource();
        var used = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);

        var streams = Enumerable.Range(0, 4).Select(stream => Task.Run(async () =>
        {
            var (here, there) = (instances[stream % 2].CreateClient(), instances[1 - (stream % 2)].CreateClient());
            // Of another user, so that the many logins do not end the session.
            var kept = await here.LoginAsync(owner);
            while (!stop.IsCancellationRequested)
            {
                var token = await here.LoginAsync(email);
                used.AddOrUpdate(KeyMoves.KeyOf(token), 1, (_, count) => count + 1);
                Assert.Contains(KeyMoves.KeyOf(token), await there.GetKeyIdsAsync(), StringComparer.Ordinal);
                foreach (var alive in new[] { token, kept })
                {
                    using var response = await there.GetMeAsync(alive);
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                }
            }
        })).ToList();

        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            var key = await instances[rotation % 2].RotateKeyAsync();
            // Pass the overlap in steps: with old cached keys, with new ones, and through the switch itself.
            for (var passed = TimeSpan.Zero; passed <= SigningKeySchedule.Propagation; passed += TimeSpan.FromSeconds(5))
            {
                clock.Pass(TimeSpan.FromSeconds(5));
                await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
            }

            // A failed stream ends the wait: its exception says more than a timeout.
            await Eventually.IsTrueAsync(
                () => Task.FromResult(used.ContainsKey(key) || streams.Exists(stream => stream.IsFaulted)), $"a token was signed with {key}");
        }

        await stop.CancelAsync();
        await Task.WhenAll(streams);
    }

    private static TestClock NewClock() => new();

    private static async Task AssertVerifiesAsync(IEnumerable<BtecApi> instances, string token)
    {
        foreach (var instance in instances)
        {
            using var response = await instance.CreateClient().GetMeAsync(token);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{KeyMoves.KeyOf(token)}: {await response.ReadTextAsync()}");
        }
    }
}
