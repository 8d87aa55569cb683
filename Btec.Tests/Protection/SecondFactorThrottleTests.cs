using System.Net;
using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Btec.Tests.Protection;

/// <summary>The limit of wrong codes of a second factor.</summary>
[Asvs("6.3.1")]
public sealed class SecondFactorThrottleTests
{
    private const int Ada = 1;
    private const int Grace = 2;

    [Fact]
    public async Task Ten_codes_may_be_wrong_and_then_one_every_six_minutes()
    {
        await using var api = await StartAsync();
        using var measured = Measurements.Of(api, name => name == "btec.second_factor_codes.held");
        var throttle = ThrottleOf(api);
        Assert.Equal(10, await TryAsync(throttle, Ada, 12));
        Assert.Equal(["btec.second_factor_codes.held 1", "btec.second_factor_codes.held 1"], measured.Lines);

        Assert.Equal(TimeSpan.FromMinutes(6), (await throttle.CountAheadAsync(Ada)).RetryAfter);
        api.Clock.Advance(TimeSpan.FromMinutes(6) - TimeSpan.FromTicks(1));
        Assert.Equal(0, await TryAsync(throttle, Ada, 1));
        api.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await TryAsync(throttle, Ada, 2));
        Assert.Equal(10, await TryAsync(throttle, Grace, 11));
    }

    [Fact]
    public async Task Codes_that_were_right_or_not_tried_cost_nothing()
    {
        await using var api = await StartAsync();
        var throttle = ThrottleOf(api);
        for (var code = 0; code < 30; code++)
        {
            var lease = await throttle.CountAheadAsync(Ada);
            Assert.True(lease.IsGranted);
            await throttle.GiveBackAsync(lease);
        }

        Assert.Equal(10, await TryAsync(throttle, Ada, 11));
        await throttle.GiveBackAsync(await throttle.CountAheadAsync(Ada));
        Assert.Equal(0, await TryAsync(throttle, Ada, 1));
    }

    [Fact]
    public async Task Of_thirty_codes_at_once_ten_are_tried()
    {
        await using var api = await StartAsync();
        var throttle = ThrottleOf(api);

        var leases = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => throttle.CountAheadAsync(Ada))));

        Assert.Equal(10, leases.Count(lease => lease.IsGranted));
    }

    [Fact]
    public async Task Wrong_passwords_cost_no_code_and_wrong_codes_cost_no_login()
    {
        await using var api = await StartAsync(("RateLimiting:Login:PerAccount:Limit", "3"));
        var email = ApiMoves.NewEmail();
        var id = (await api.CreateClient().RegisterAsync(email)).GetProperty("id").GetInt32();
        var throttle = ThrottleOf(api);
        Assert.Equal(9, await TryAsync(throttle, id, 9));
        await api.From("192.0.2.1").LoginAsync(email);
        for (var attempt = 0; attempt < 6; attempt++)
            (await api.From("203.0.113.7").TryLoginAsync(email, "not the password")).Dispose();

        Assert.Equal(1, await TryAsync(throttle, id, 2));
        using var known = await api.From("192.0.2.1").TryLoginAsync(email);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    [Fact]
    public async Task The_limit_can_be_configured_and_is_off_with_all_others()
    {
        await using var two = await StartAsync(("RateLimiting:SecondFactor:Limit", "2"), ("RateLimiting:SecondFactor:Window", "00:01:00"));
        await using var off = await StartAsync(("RateLimiting:Enabled", "false"));

        Assert.Equal(2, await TryAsync(ThrottleOf(two), Ada, 3));
        Assert.Equal(TimeSpan.FromSeconds(30), (await ThrottleOf(two).CountAheadAsync(Ada)).RetryAfter);
        Assert.Equal(30, await TryAsync(ThrottleOf(off), Ada, 30));
    }

    /// <summary>Tries wrong codes, and returns how many were admitted.</summary>
    private static async Task<int> TryAsync(SecondFactorThrottle throttle, int userId, int codes)
    {
        var admitted = 0;
        for (var code = 0; code < codes; code++)
            admitted += (await throttle.CountAheadAsync(userId)).IsGranted ? 1 : 0;

        return admitted;
    }

    private static SecondFactorThrottle ThrottleOf(BtecApi api) => api.Services.GetRequiredService<SecondFactorThrottle>();

    private static Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) =>
        BtecApi.StartAsync(DatabaseKind.Sqlite, LimitedApi.Settings(settings));
}
