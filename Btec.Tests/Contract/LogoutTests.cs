using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class LogoutTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(SqliteApi shared) : LogoutTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : LogoutTests(shared);

    [Theory]
    [InlineData(null)]
    [InlineData("?scope=local")]
    [InlineData("?other=global")]
    public async Task Logging_out_ends_only_the_current_session(string? query)
    {
        var (first, second, third) = await LogInThreeTimesAsync();

        using var response = await _client.LogOutAsync(second.Access, query);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Empty(await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
        await _client.AssertEndedAsync(second);
        await _client.AssertAliveAsync(first);
        await _client.AssertAliveAsync(third);
    }

    [Fact]
    public async Task Logging_out_the_others_keeps_the_current_session()
    {
        var (first, second, third) = await LogInThreeTimesAsync();

        using var response = await _client.LogOutAsync(second.Access, "?scope=others");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await _client.AssertEndedAsync(first);
        await _client.AssertEndedAsync(third);
        await _client.AssertAliveAsync(second);
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_every_session_of_the_user_and_of_no_one_else()
    {
        var (first, second, third) = await LogInThreeTimesAsync();
        var otherUser = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.LogOutAsync(second.Access, "?scope=global");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        await _client.AssertEndedAsync(first);
        await _client.AssertEndedAsync(second);
        await _client.AssertEndedAsync(third);
        await _client.AssertAliveAsync(otherUser);
        await _client.AssertAliveAsync(await _client.StartSessionAsync(_email));
    }

    [Fact]
    [Asvs("7.4.1")]
    public async Task Ending_a_session_invalidates_all_its_tokens()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);
        var third = await _client.RefreshAsync(second.Refresh);

        using var response = await _client.LogOutAsync(first.Access);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        foreach (var tokens in new[] { first, second, third })
            await _client.AssertEndedAsync(tokens);
    }

    [Theory]
    [InlineData("?scope=")]
    [InlineData("?scope=all")]
    [InlineData("?scope=Local")]
    [InlineData("?scope=GLOBAL")]
    [InlineData("?scope=local%20")]
    [InlineData("?scope=%00")]
    [InlineData("?scope=1")]
    [InlineData("?scope=local,global")]
    [InlineData("?scope=local&scope=global")]
    public async Task An_unknown_scope_is_refused_and_ends_nothing(string query)
    {
        var (first, second, _) = await LogInThreeTimesAsync();

        using var response = await _client.LogOutAsync(second.Access, query);

        await response.AssertRefusedMembersAsync("scope");
        await _client.AssertAliveAsync(first);
        await _client.AssertAliveAsync(second);
    }

    [Fact]
    public async Task Logging_out_twice_is_refused()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var first = await _client.LogOutAsync(tokens.Access);
        using var second = await _client.LogOutAsync(tokens.Access, "?scope=global");

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        await second.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    public async Task Simultaneous_logouts_of_many_sessions_end_them_all()
    {
        await _client.RegisterAsync(_email);
        var sessions = new List<Tokens>();
        for (var session = 0; session < 12; session++)
            sessions.Add(await _client.StartSessionAsync(_email));

        var answers = await Task.WhenAll(sessions.Select(tokens => _client.LogOutAsync(tokens.Access, "?scope=global")));

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Unauthorized));
        foreach (var tokens in sessions)
            await _client.AssertEndedAsync(tokens);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("global")]
    public async Task A_session_that_is_alive_only_through_the_clock_skew_ends_too(string scope)
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);
        await EndAtAsync(tokens, TimeSpan.FromSeconds(-10));
        using var before = await _client.GetMeAsync(tokens.Access);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        using var response = await _client.LogOutAsync(tokens.Access, $"?scope={scope}");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        using var me = await _client.GetMeAsync(tokens.Access);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Fact]
    public async Task Other_sessions_that_are_alive_only_through_the_clock_skew_end_too()
    {
        var (first, second, _) = await LogInThreeTimesAsync();
        await EndAtAsync(first, TimeSpan.FromSeconds(-10));

        using var response = await _client.LogOutAsync(second.Access, "?scope=others");

        using var me = await _client.GetMeAsync(first.Access);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    private async Task<(Tokens First, Tokens Second, Tokens Third)> LogInThreeTimesAsync()
    {
        await _client.RegisterAsync(_email);
        return (
            await _client.StartSessionAsync(_email),
            await _client.StartSessionAsync(_email),
            await _client.StartSessionAsync(_email));
    }

    /// <summary>Moves the end of a session to a time relative to now.</summary>
    private Task<int> EndAtAsync(Tokens tokens, TimeSpan fromNow)
    {
        var (id, end) = (Guid.Parse(tokens.SessionId), shared.Api.Clock.GetUtcNow() + fromNow);
        return shared.Api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.ExpiresAt, end)));
    }
}
