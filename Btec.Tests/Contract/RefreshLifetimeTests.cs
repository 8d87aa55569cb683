using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class RefreshLifetimeTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();

    public sealed class OnSqlite(OwnSqliteApi own) : RefreshLifetimeTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : RefreshLifetimeTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    [Asvs("7.3.1")]
    public async Task An_unused_token_expires_after_exactly_14_days()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        own.Api.Clock.Advance(TimeSpan.FromDays(14) - RefreshTimes.Second);
        var second = await _client.RefreshAsync(first.Refresh);
        Assert.Equal(14 * 24 * 3600, second.RefreshExpiresIn);

        own.Api.Clock.Advance(TimeSpan.FromDays(14));
        using var late = await _client.TryRefreshAsync(second.Refresh);

        await late.AssertOAuthErrorAsync("invalid_grant", "refresh_token_expired");
        own.Api.Clock.Advance(RefreshTimes.Grace);
        using var later = await _client.TryRefreshAsync(second.Refresh);
        await later.AssertOAuthErrorAsync("invalid_grant", "refresh_token_expired");
    }

    [Fact]
    [Asvs("7.3.2", "10.4.8")]
    public async Task A_session_ends_after_30_days_however_often_it_is_refreshed()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var started = own.Api.Clock.GetUtcNow();
        var end = started + TimeSpan.FromDays(30);
        foreach (var (day, expiresIn, refreshExpiresIn) in new[] { (10, 8, 14), (20, 8, 10), (29, 1, 1) })
        {
            own.Api.Clock.SetUtcNow(started.AddDays(day));
            tokens = await _client.RefreshAsync(tokens.Refresh);
            Assert.Equal(expiresIn * 24 * 3600, tokens.ExpiresIn);
            Assert.Equal(refreshExpiresIn * 24 * 3600, tokens.RefreshExpiresIn);
        }

        own.Api.Clock.SetUtcNow(end - RefreshTimes.Second);
        tokens = await _client.RefreshAsync(tokens.Refresh);
        Assert.Equal(1, tokens.ExpiresIn);
        Assert.Equal(1, tokens.RefreshExpiresIn);

        own.Api.Clock.SetUtcNow(end);
        using var late = await _client.TryRefreshAsync(tokens.Refresh);
        await late.AssertOAuthErrorAsync("invalid_grant", "refresh_token_expired");
    }

    [Fact]
    public async Task An_access_token_never_outlives_its_session()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var end = own.Api.Clock.GetUtcNow() + TimeSpan.FromDays(30);
        for (var refresh = 0; refresh < 3; refresh++)
        {
            own.Api.Clock.Advance(TimeSpan.FromDays(9.5));
            tokens = await _client.RefreshAsync(tokens.Refresh);
        }

        var expires = TokenForge.Open(tokens.Access).Claims.GetProperty("exp").GetInt64();
        Assert.Equal(end.ToUnixTimeSeconds(), expires);
        own.Api.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(expires + 29));
        using var last = await _client.GetMeAsync(tokens.Access);
        own.Api.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(expires + 30));
        using var late = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        await late.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_expired");
    }

    [Fact]
    public async Task An_access_token_may_outlive_its_refresh_token()
    {
        await using var api = await StartAsync(("RefreshIdleLifetime", "01:00:00"));
        var client = api.CreateClient();
        var tokens = await client.StartSessionOfNewUserAsync();
        Assert.Equal(3600, tokens.RefreshExpiresIn);
        Assert.Equal(8 * 24 * 3600, tokens.ExpiresIn);

        api.Clock.Advance(TimeSpan.FromDays(7));

        using var me = await client.GetMeAsync(tokens.Access);
        using var refresh = await client.TryRefreshAsync(tokens.Refresh);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        await refresh.AssertOAuthErrorAsync("invalid_grant", "refresh_token_expired");
    }

    [Fact]
    public async Task Lifetimes_and_the_grace_period_are_configurable()
    {
        await using var api = await StartAsync(
            ("RefreshIdleLifetime", "01:00:00"), ("RefreshAbsoluteLifetime", "01:30:00"), ("RefreshGrace", "00:00:05"));
        var client = api.CreateClient();
        var first = await client.StartSessionOfNewUserAsync();
        Assert.Equal(3600, first.RefreshExpiresIn);
        Assert.Equal(5400, first.ExpiresIn);
        api.Clock.Advance(TimeSpan.FromHours(1) - RefreshTimes.Second);
        var second = await client.RefreshAsync(first.Refresh);
        Assert.Equal(1801, second.RefreshExpiresIn);
        Assert.Equal(1801, second.ExpiresIn);
        api.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(second.Refresh, (await client.RefreshAsync(first.Refresh)).Refresh);

        api.Clock.Advance(RefreshTimes.Moment);

        using var late = await client.TryRefreshAsync(first.Refresh);
        await late.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
    }

    private Task<BtecApi> StartAsync(params (string Name, string Value)[] settings) => BtecApi.StartAsync(
        own.Kind,
        settings.ToDictionary(setting => $"Sessions:{setting.Name}", setting => (string?)setting.Value, StringComparer.Ordinal));
}
