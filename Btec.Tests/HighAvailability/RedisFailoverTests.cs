using System.Diagnostics;
using System.Globalization;
using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Faults;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Btec.Tests.HighAvailability;

/// <summary>The loss of a primary of Redis during a storm of logins. docs/operations/rolling.md has the command and the figures.</summary>
[Collection(FaultCollection.Name)]
public sealed class RedisFailoverTests
{
    private const int Limit = 100;
    private const int Asked = 12;

    /// <summary>Clients whose attempts are counted. In a cluster, some of them are counted by the primary that is lost.</summary>
    private static readonly string[] Addresses = [.. Enumerable.Range(1, 24).Select(network => $"203.0.{Show(network)}.7")];

    private static readonly string[] LoginQuotas =
        ["Login:PerAddress", "Login:PerSite", "Login:PerNetwork", "Login:PerAccount", "Register:PerAddress", "Register:PerNetwork"];

    [Fact(Explicit = true)]
    public async Task Sentinels_fail_over_during_a_storm_of_logins_and_no_count_is_forgotten() =>
        await RunAsync(await RedisGroup.StartWithSentinelsAsync());

    [Fact(Explicit = true)]
    public async Task A_cluster_fails_over_during_a_storm_of_logins_and_no_count_is_forgotten() =>
        await RunAsync(await RedisGroup.StartClusterAsync());

    private static async Task RunAsync(RedisGroup group)
    {
        await using var redis = group;
        await using var database = await TestDatabase.CreateMigratedAsync(DatabaseKind.Postgres);
        var settings = TwoApis.ToSettings(database,
        [
            ("ConnectionStrings:redis", redis.Setting), ("RateLimiting:Enabled", "true"), ("Proxy:TrustedHops", "1"),
            ("RateLimiting:Refresh:PerAddress:Limit", Show(Limit)), ("RateLimiting:Refresh:PerAddress:Window", "1.00:00:00"),
            .. LoginQuotas.Select(quota => ($"RateLimiting:{quota}:Limit", (string?)"1000000")),
        ]);
        await using var leftProcess = BtecProcess.StartApi(settings);
        await using var rightProcess = BtecProcess.StartApi(settings);
        using var left = await TwoApis.ConnectAsync(leftProcess);
        using var right = await TwoApis.ConnectAsync(rightProcess);
        await Task.WhenAll(TwoApis.WarmAsync(left), TwoApis.WarmAsync(right));
        foreach (var address in Addresses)
        {
            while (await AskAsync(left, address) > Limit - Asked)
            {
                // On a busy machine, Redis does not answer every question in time.
            }
        }

        await using var storm = LoginStorm.Start(left, right);
        await SteadyLoad.PassAsync(2);
        await redis.WaitForReplicasAsync();
        await redis.Primary.KillAsync();
        var killed = Stopwatch.GetTimestamp();

        // The other instance has counted nothing of these addresses itself. After the failover, their counts go on where they were.
        var waiting = new Queue<string>(Addresses);
        while (waiting.TryDequeue(out var address))
        {
            var remaining = await AskAsync(right, address);
            if (remaining < Limit - Asked)
                continue;

            Assert.True(Stopwatch.GetElapsedTime(killed) < TimeSpan.FromSeconds(20), $"{address} has {remaining} left.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
            waiting.Enqueue(address);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"All counts went on {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.00} s after the kill."));
        await SteadyLoad.PassAsync(2);
        await storm.AssertServedAsync(killed);
        foreach (var process in (BtecProcess[])[leftProcess, rightProcess])
        {
            foreach (var line in process.Text.Split('\n').Where(line => line.Contains("Redis ", StringComparison.Ordinal)).Take(20))
                TestContext.Current.TestOutputHelper?.WriteLine(line);
        }
    }

    /// <summary>Sends a request from an address, and returns how many it has left.</summary>
    private static async Task<int> AskAsync(HttpClient api, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/token");
        request.Content = new FormUrlEncodedContent([new("grant_type", "none")]);
        request.Headers.Add("X-Forwarded-For", address);
        using var response = await api.SendAsync(request, TestContext.Current.CancellationToken);
        return int.Parse(response.Header("RateLimit").Split(";r=")[1].Split(';')[0], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Sentinels_that_are_away_at_the_start_are_found_later()
    {
        var port = FreePort.Find();
        await using var primary = await RedisNode.StartAsync("save \"\"");
        await using var shared = new RedisAttempts(RedisConnectionString.Find(new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:redis", $"127.0.0.1:{Show(port)},serviceName=btec")])
            .Build())!);
        await Assert.ThrowsAnyAsync<RedisException>(shared.PingAsync);

        await using var sentinel = await RedisNode.StartAsync(port, $"sentinel monitor btec 127.0.0.1 {Show(primary.Port)} 1");

        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    await shared.PingAsync();
                    return true;
                }
                catch (RedisException)
                {
                    return false;
                }
            },
            "the sentinel names the primary");
    }

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
