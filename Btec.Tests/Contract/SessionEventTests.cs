using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

/// <summary>The log lines about sessions. They name the session and the reason, and no token, as <see cref="SecrecyTests"/>
/// checks.</summary>
public abstract class SessionEventTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(OwnSqliteApi own) : SessionEventTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : SessionEventTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    [Asvs("16.3.1")]
    public async Task The_start_and_every_refresh_of_a_session_are_logged()
    {
        var first = await StartAsync();
        AssertLogged(first, "Information", "Started session");
        var second = await _client.RefreshAsync(first.Refresh);
        AssertLogged(second, "Information", "Refreshed session");
        await _client.RefreshAsync(first.Refresh);
        AssertLogged(second, "Information", "Refreshed session", "again");
    }

    [Fact]
    public async Task Every_end_of_a_session_is_logged()
    {
        var (first, second, third, fourth) = (await StartAsync(), await StartAsync(), await StartAsync(), await StartAsync());

        using var logout = await _client.LogOutAsync(first.Access);
        AssertLogged(first, "Information", "logged out");
        using var revoked = await _client.PostFormAsync("/api/auth/revoke", ("token", second.Refresh));
        AssertLogged(second, "Information", "Ended session", "refresh token");
        using var ended = await _client.SendAsync(HttpMethod.Delete, $"/api/users/me/sessions/{third.SessionId}", fourth.Access);
        AssertLogged(third, "Information", "Ended session");
        using var revokedByAccess = await _client.PostFormAsync("/api/auth/revoke", ("token", fourth.Access));
        AssertLogged(fourth, "Information", "Ended session", "access token");
    }

    [Fact]
    [Asvs("16.3.1")]
    public async Task Every_refused_refresh_is_logged_with_its_code()
    {
        var reused = await StartAsync();
        await _client.RefreshAsync((await _client.RefreshAsync(reused.Refresh)).Refresh);
        await AssertRefusedAsync(reused, "refresh_token_reused");
        await AssertRefusedAsync(reused, "session_ended");

        var suspended = await StartAsync();
        await own.Api.ActivateAsync(_email, active: false);
        await AssertRefusedAsync(suspended, "account_inactive");
        await own.Api.ActivateAsync(_email, active: true);

        var old = await StartAsync();
        own.Api.Clock.Advance(TimeSpan.FromDays(14));
        await AssertRefusedAsync(old, "refresh_token_expired");

        var before = own.Logs.Lines.Count;
        using var unknown = await _client.TryRefreshAsync("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Assert.Contains(own.Logs.Lines.Skip(before), line => line.Contains("refresh_token_invalid", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_access_token_is_logged_with_its_session()
    {
        var ended = await StartAsync();
        using var logout = await _client.LogOutAsync(ended.Access);
        await AssertAccessRefusedAsync(ended, "token_invalid");

        var suspended = await StartAsync();
        await own.Api.ActivateAsync(_email, active: false);
        await AssertAccessRefusedAsync(suspended, "token_invalid");
        await own.Api.ActivateAsync(_email, active: true);
    }

    private async Task<Tokens> StartAsync()
    {
        if (!await own.Api.WithDatabaseAsync(database => database.Users.AnyAsync(user => user.Email == _email)))
            await _client.RegisterAsync(_email);

        return await _client.StartSessionAsync(_email);
    }

    private async Task AssertRefusedAsync(Tokens tokens, string code)
    {
        var before = own.Logs.Lines.Count;
        using var response = await _client.TryRefreshAsync(tokens.Refresh);
        await response.AssertOAuthErrorAsync("invalid_grant", code);
        AssertLogged(own.Logs.Lines.Skip(before), "Warning", tokens.SessionId, code);
    }

    private async Task AssertAccessRefusedAsync(Tokens tokens, string code)
    {
        var before = own.Logs.Lines.Count;
        using var response = await _client.GetMeAsync(tokens.Access);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, code);
        AssertLogged(own.Logs.Lines.Skip(before), "Information", tokens.SessionId, code);
    }

    private void AssertLogged(Tokens tokens, string level, params string[] words) =>
        AssertLogged(own.Logs.Lines, level, [tokens.SessionId, .. words]);

    private static void AssertLogged(IEnumerable<string> lines, string level, params string[] words) => Assert.Contains(
        lines,
        line => line.StartsWith($"{level} Btec.", StringComparison.Ordinal)
            && words.All(word => line.Contains(word, StringComparison.Ordinal)));
}
