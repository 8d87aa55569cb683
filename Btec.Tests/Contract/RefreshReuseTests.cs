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
    public async Task The_last_used_token_gets_the_same_successor_for_30_seconds_to_the_moment()
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
    public async Task A_repeated_successor_expires_when_the_first_copy_does()
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
    public async Task The_successor_works_after_it_was_told_twice()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        await _client.RefreshAsync(first.Refresh);
        var second = await _client.RefreshAsync(first.Refresh);

        var third = await _client.RefreshAsync(second.Refresh);

        Assert.NotEqual(second.Refresh, third.Refresh, StringComparer.Ordinal);
        await _client.AssertAliveAsync(third);
    }

    [Fact]
    public async Task An_older_token_than_the_last_ends_the_session_at_once()
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
    public async Task A_token_used_again_ends_its_own_session_and_no_other()
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
    public async Task A_token_used_again_ends_the_session_of_an_inactive_user_too()
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
    public async Task An_inactive_user_gets_no_tokens_and_loses_none()
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
    public async Task A_token_of_another_key_is_told_no_successor_and_ends_nothing()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        await using var other = await BtecApi.StartAsync(own.Kind, migrate: false, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:btecdb"] = own.Api.ConnectionString,
            ["Jwt:SigningKey"] = "Zk81LqPw0vXtRb5yNs7uEc2iGd4oHf6j",
        }, startsAt: own.Api.Clock.GetUtcNow());
        var second = await _client.RefreshAsync(first.Refresh);

        using var elsewhere = await other.CreateClient().TryRefreshAsync(first.Refresh);

        await elsewhere.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        await _client.AssertAliveAsync(second);
    }
}
