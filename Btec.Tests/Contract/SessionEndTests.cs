using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class SessionEndTests(OwnApi own)
{
    private readonly HttpClient _client = own.Api.CreateClient();
    private readonly string _email = ApiMoves.NewEmail();

    public sealed class OnSqlite(OwnSqliteApi own) : SessionEndTests(own), IClassFixture<OwnSqliteApi>;

    public sealed class OnPostgres(OwnPostgresApi own) : SessionEndTests(own), IClassFixture<OwnPostgresApi>;

    [Fact]
    [Asvs("7.2.1", "7.4.1")]
    public async Task Ending_a_session_takes_effect_on_its_next_request_and_spares_the_others()
    {
        await _client.RegisterAsync(_email);
        var mine = await _client.StartSessionAsync(_email);
        var lost = await _client.StartSessionAsync(_email);
        var third = await _client.StartSessionAsync(_email);

        using var ended = await EndAsync(mine, lost.SessionId);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Empty(await ended.ReadTextAsync());
        await _client.AssertEndedAsync(lost);
        var listed = SessionListMoves.IdsOf(await _client.ListSessionsAsync(mine));
        Assert.Equivalent(new[] { third.SessionId, mine.SessionId }, listed, strict: true);
        await _client.AssertAliveAsync(mine);
        await _client.AssertAliveAsync(third);
        using var again = await EndAsync(mine, lost.SessionId);
        await again.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_session_can_end_itself()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var ended = await EndAsync(tokens, tokens.SessionId);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await _client.AssertEndedAsync(tokens);
    }

    [Fact]
    [Asvs("8.2.2")]
    public async Task The_session_of_another_user_is_not_found_and_survives()
    {
        var mine = await _client.StartSessionOfNewUserAsync();
        var theirs = await _client.StartSessionOfNewUserAsync();
        await MakeSuperuserAsync(mine);

        using var response = await EndAsync(mine, theirs.SessionId);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await _client.AssertAliveAsync(theirs);
    }

    [Theory]
    [InlineData("019a0000-0000-7000-8000-000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("1")]
    [InlineData("x")]
    [InlineData("me")]
    [InlineData("%FF")]
    [InlineData("%20")]
    [InlineData("{ID}")]
    [InlineData("(ID)")]
    [InlineData("ID%20")]
    [InlineData("HEX")]
    [InlineData("LONG")]
    [InlineData("' OR '1'='1")]
    public async Task An_unknown_id_is_not_found(string id)
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        id = id.Replace("ID", tokens.SessionId, StringComparison.Ordinal)
            .Replace("HEX", tokens.SessionId.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("LONG", new string('a', 2000), StringComparison.Ordinal);

        using var response = await EndAsync(tokens, id);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task The_sessions_of_an_inactive_user_are_suspended_until_the_user_is_reactivated()
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);

        await own.Api.ActivateAsync(_email, active: false);
        await _client.AssertEndedAsync(tokens, "account_inactive");
        await own.Api.ActivateAsync(_email, active: true);

        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task Deleting_a_user_deletes_their_sessions()
    {
        await _client.RegisterAsync(_email);
        var tokens = await _client.StartSessionAsync(_email);
        var next = await _client.RefreshAsync(tokens.Refresh);

        await own.Api.WithDatabaseAsync(database => database.Users.Where(user => user.Email == _email).ExecuteDeleteAsync());

        await _client.AssertEndedAsync(next, "refresh_token_invalid");
        await _client.AssertEndedAsync(tokens, "refresh_token_invalid");
        var id = Guid.Parse(tokens.SessionId);
        Assert.False(await own.Api.WithDatabaseAsync(database => database.Sessions.AnyAsync(session => session.Id == id)));
        Assert.False(await own.Api.WithDatabaseAsync(
            database => database.RefreshTokens.AnyAsync(token => token.SessionId == id)));
    }

    [Fact]
    public async Task A_token_that_names_the_session_of_another_user_is_refused()
    {
        var mine = TokenForge.ClaimsOf((await _client.StartSessionOfNewUserAsync()).Access);
        var theirs = await _client.StartSessionOfNewUserAsync();
        mine["sid"] = theirs.SessionId;

        using var response = await _client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), mine));

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    private Task<HttpResponseMessage> EndAsync(Tokens caller, string sessionId) =>
        _client.SendAsync(HttpMethod.Delete, $"{SessionListMoves.Route}/{sessionId}", caller.Access);

    private Task<int> MakeSuperuserAsync(Tokens tokens)
    {
        var id = TokenForge.Open(tokens.Access).Claims.GetProperty("uid").GetInt32();
        return own.Api.WithDatabaseAsync(database => database.Users
            .Where(user => user.Id == id).ExecuteUpdateAsync(row => row.SetProperty(user => user.IsSuperuser, true)));
    }
}
