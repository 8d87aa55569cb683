using System.Diagnostics;
using System.Net;
using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;
using StackExchange.Redis;

namespace Btec.Tests.Protection;

/// <summary>Rate limits shared through Redis, and counted per instance while Redis is unavailable.</summary>
public sealed class RedisRateLimitTests
{
    private const string Here = "203.0.113.7";
    private const string Unavailable = "Redis does not answer";

    [Fact]
    public async Task Instances_share_limits_and_failures()
    {
        await using var redis = await RedisServer.StartAsync();
        (string Name, string Value)[] limits =
            [("RateLimiting:Login:PerAddress:Limit", "8"), ("RateLimiting:Slowdown:FirstDelay", "00:01:00")];
        await using var one = await StartAsync(redis, limits);
        await using var two = await StartAsync(redis, limits);
        var email = ApiMoves.NewEmail();
        await two.From("192.0.2.1").RegisterAsync(email);

        for (var failure = 0; failure < 7; failure++)
        {
            using var wrong = await one.From(Here).TryLoginAsync(email, "not the password");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        // Throttled by the second instance because of failures on the first.
        using var held = await two.From(Here).TryLoginAsync(email);
        Assert.Equal(HttpStatusCode.Unauthorized, held.StatusCode);
        Assert.Contains("\"address\";r=0", held.Header("RateLimit"), StringComparison.Ordinal);
        using var limited = await one.From(Here).TryLoginAsync(email);
        Assert.InRange(await limited.AssertLimitedAsync(), 1, 60);
        using var alsoLimited = await two.From(Here).TryLoginAsync(email);
        await alsoLimited.AssertLimitedAsync();
        await two.From("198.51.100.1").LoginAsync(email);
    }

    [Fact]
    public async Task Instances_count_failures_ahead_together()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var one = await StartAsync(redis, ("Hashing:Workers", "1"), ("RateLimiting:Slowdown:FirstDelay", "00:10:00"));
        await using var two = await StartAsync(redis, ("Hashing:Workers", "1"), ("RateLimiting:Slowdown:FirstDelay", "00:10:00"));

        await CountedAheadTests.AssertHeldAsync(one, two);
    }

    [Fact]
    public async Task The_highest_limit_is_no_fault_of_Redis()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var shared = new RedisAttempts(ConfigurationOptions.Parse(redis.Address));

        var lease = await shared.AcquireAsync(AttemptKey.Of("high"), new Quota(5_000_000, TimeSpan.FromSeconds(1)));

        Assert.True(lease.IsGranted);
    }

    [Fact]
    public async Task Redis_counts_as_memory_does()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var shared = new RedisAttempts(ConfigurationOptions.Parse(redis.Address));
        var memory = new MemoryAttempts(TimeProvider.System);

        Assert.Equal(await TraceAsync(memory), await TraceAsync(shared));

        static async Task<List<string>> TraceAsync(IAttemptStore attempts)
        {
            var trace = new List<string>();
            var wide = new AttemptLimit(AttemptKey.Of("wide"), new Quota(3, TimeSpan.FromHours(1)));
            for (var step = 0; step < 5; step++)
            {
                var narrow = new AttemptLimit(AttemptKey.Of("narrow", $"{step / 2}"), new Quota(1, TimeSpan.FromHours(1)));
                var leases = await attempts.AcquireAsync([narrow, wide]);
                trace.Add(string.Join(", ", leases.Select(lease => $"{lease.IsGranted} {lease.Remaining}")));
            }

            var key = AttemptKey.Of("key");
            var backoff = new Backoff(2, TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3));
            var first = await attempts.CountAheadAsync(key, backoff);
            var second = await attempts.CountAheadAsync(key, backoff);
            trace.Add($"{first.IsGranted} {second.IsGranted} {(await attempts.CountAheadAsync(key, backoff)).IsGranted}");
            await attempts.GiveBackAsync(key, first);
            trace.Add($"{(await attempts.CountAheadAsync(key, backoff)).IsGranted}");
            await attempts.GiveBackAsync(key, second);
            var third = await attempts.CountAheadAsync(key, backoff);
            trace.Add($"{third.IsGranted} {(await attempts.CountAheadAsync(key, backoff)).IsGranted}");
            trace.Add($"{await attempts.ForgetAsync(key)} {await attempts.ForgetAsync(key)}");
            await attempts.GiveBackAsync(key, third);
            trace.Add($"{(await attempts.CountAheadAsync(key, backoff)).IsGranted}");
            return trace;
        }
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    [Asvs("16.5.2")]
    public async Task Without_Redis_each_instance_counts_alone_at_once_and_they_share_again_within_5_seconds(string signal)
    {
        if (OperatingSystem.IsWindows())
            TestDatabase.SkipOrFail("Windows has no signals.");

        await using var redis = await RedisServer.StartAsync();
        var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var _ = database;
        await using var api = BtecProcess.StartApi(LimitedApi.Settings(
            ("ConnectionStrings:btecdb", database.ConnectionString),
            ("ConnectionStrings:redis", redis.Address),
            ("Jwt:SigningKey", BtecApi.SigningKey),
            ("RateLimiting:Refresh:PerAddress:Limit", "10"),
            ("RateLimiting:Refresh:PerAddress:Window", "1.00:00:00")));
        using var client = await api.ConnectAsync();
        Assert.Equal(9, await AskAsync(client));

        await redis.SignalAsync(signal);
        var slowest = TimeSpan.Zero;
        for (var left = 9; left > 0; left--)
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(left, await AskAsync(client));
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
        }

        // The time-out of 80 ms, with an allowance for a busy machine, and not the 5 s that the client of Redis waits by default.
        Assert.True(slowest < TimeSpan.FromSeconds(2), $"It took {slowest}.");
        Assert.Single(api.Text.Split('\n'), line => line.Contains(Unavailable, StringComparison.Ordinal));

        if (signal == "KILL")
            await redis.StartAgainAsync();
        else
            await redis.SignalAsync("CONT");

        var back = Stopwatch.StartNew();
        await Eventually.IsTrueAsync(
            async () =>
            {
                await AskAsync(client);
                return api.Text.Contains("Redis answers", StringComparison.Ordinal);
            },
            "Redis counts again");
        Assert.True(back.Elapsed < TimeSpan.FromSeconds(5), $"It took {back.Elapsed}.");
    }

    [Fact]
    public async Task The_API_starts_without_Redis()
    {
        await using var api = await BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings(
            ("ConnectionStrings:redis", $"127.0.0.1:{FreePort.Find()}")));

        using var answer = await api.From(Here).TryLoginAsync(ApiMoves.NewEmail());

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("\"address\";r=59", answer.Header("RateLimit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_connection_string_is_refused_at_the_start_without_printing_its_password()
    {
        await using var api = BtecProcess.StartApi(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = "Data Source=:memory:",
            ["Jwt:SigningKey"] = BtecApi.SigningKey,
            ["ConnectionStrings:redis"] = "password=hush",
        });

        var end = await api.WaitForEndAsync();
        end.AssertRefused("ConnectionStrings:redis");
        Assert.DoesNotContain("hush", end.Text, StringComparison.Ordinal);
    }

    /// <summary>Sends a request, and returns the number that the address has left.</summary>
    private static async Task<int> AskAsync(HttpClient client)
    {
        using var response = await client.PostFormAsync("/api/auth/token", ("grant_type", "none"));
        return int.Parse(response.Header("RateLimit").Split(";r=")[1].Split(';')[0]);
    }

    private static Task<BtecApi> StartAsync(RedisServer redis, params (string Name, string Value)[] settings) =>
        BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings([.. settings, ("ConnectionStrings:redis", redis.Address)]));
}
