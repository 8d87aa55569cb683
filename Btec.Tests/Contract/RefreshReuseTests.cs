using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class RefreshReuseTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(OwnSqliteApi own) : RefreshReuseTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : RefreshReuseTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    [Asvs("10.4.5")]
    public async Task The_last_used_token_returns_the_same_successor_for_exactly_30_seconds()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);

        foreach (var wait in new[] { TimeSpan.Zero, RefreshTimes.Second, TimeSpan.FromSeconds(28), RefreshTimes.Second })
        {
            own.Api.Clock.Advance(wait);
            var again = await _client.RefreshAsync(first.Refresh);
            Assert.Equal(second.Refresh, again.Refresh);
            Assert.Equal(first.SessionId, again.SessionId);
            Assert.NotEqual(second.Access, again.Access, StringComparer.Ordinal);
            using var me = await _client.GetMeAsync(again.Access);
            Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        }

        own.Api.Clock.Advance(RefreshTimes.Moment);
        using var late = await _client.TryRefreshAsync(first.Refresh);
        await late.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await _client.AssertEndedAsync(second);
    }

    [Fact]
    public async Task A_repeated_successor_keeps_its_expiry()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);

        var now = await _client.RefreshAsync(first.Refresh);
        own.Api.Clock.Advance(TimeSpan.FromSeconds(10));
        var later = await _client.RefreshAsync(first.Refresh);

        Assert.Equal(second.RefreshExpiresIn, now.RefreshExpiresIn);
        Assert.Equal(second.RefreshExpiresIn - 10, later.RefreshExpiresIn);
        Assert.Equal(8 * 24 * 3600, later.ExpiresIn);
    }

    [Fact]
    public async Task A_successor_that_was_returned_twice_works()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        await _client.RefreshAsync(first.Refresh);
        var second = await _client.RefreshAsync(first.Refresh);

        var third = await _client.RefreshAsync(second.Refresh);

        Assert.NotEqual(second.Refresh, third.Refresh, StringComparer.Ordinal);
        await _client.AssertAliveAsync(third);
    }

    [Fact]
    [Asvs("10.4.5")]
    public async Task A_token_older_than_the_last_used_one_ends_the_session_at_once()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);
        var third = await _client.RefreshAsync(second.Refresh);

        using var replayed = await _client.TryRefreshAsync(first.Refresh);

        await replayed.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        foreach (var tokens in new[] { first, second, third })
            await _client.AssertEndedAsync(tokens);
    }

    [Fact]
    public async Task Reusing_a_token_ends_its_own_session_and_no_other()
    {
        await _client.RegisterAsync(_email);
        var other = await _client.StartSessionAsync(_email);
        var first = await _client.StartSessionAsync(_email);
        var second = await _client.RefreshAsync(first.Refresh);

        own.Api.Clock.Advance(RefreshTimes.Grace + RefreshTimes.Second);
        using var reused = await _client.TryRefreshAsync(first.Refresh);

        await reused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await _client.AssertEndedAsync(second);
        await _client.AssertAliveAsync(other);
    }

    [Fact]
    public async Task Reusing_a_token_ends_the_session_of_an_inactive_user_too()
    {
        await _client.RegisterAsync(_email);
        var first = await _client.StartSessionAsync(_email);
        var second = await _client.RefreshAsync(first.Refresh);
        own.Api.Clock.Advance(RefreshTimes.Grace + RefreshTimes.Second);

        await own.Api.ActivateAsync(_email, false);
        using var reused = await _client.TryRefreshAsync(first.Refresh);
        await own.Api.ActivateAsync(_email, true);

        await reused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_reused");
        await _client.AssertEndedAsync(second);
    }

    [Fact]
    public async Task An_inactive_user_cannot_refresh_and_keeps_the_session()
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);

        await own.Api.ActivateAsync(_email, false);
        using var refused = await _client.TryRefreshAsync(tokens.Refresh);
        await own.Api.ActivateAsync(_email, true);

        await refused.AssertOAuthErrorAsync("invalid_grant", "account_inactive");
        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task Under_another_signing_key_a_used_token_is_unknown_and_ends_nothing()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = own.Api.ConnectionString,
            ["Jwt:SigningKey"] = "Zk81LqPw0vXtRb5yNs7uEc2iGd4oHf6j",
        };
        await using var other = await BtecApi.StartAsync(
            own.Kind, settings, migrate: false, startsAt: own.Api.Clock.GetUtcNow());
        var second = await _client.RefreshAsync(first.Refresh);

        using var elsewhere = await other.CreateClient().TryRefreshAsync(first.Refresh);

        await elsewhere.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        await _client.AssertAliveAsync(second);
    }
}
