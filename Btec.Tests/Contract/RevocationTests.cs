using System.Net;
using System.Text;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Contract;

public abstract class RevocationTests(SharedApi shared)
{
    private const string Route = "/api/auth/revoke";
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : RevocationTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RevocationTests(shared);

    [Theory]
    [InlineData(null)]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    [InlineData("something_else")]
    [InlineData("")]
    [Asvs("10.4.9")]
    public async Task Either_token_ends_its_session_whatever_the_hint(string? hint)
    {
        var byAccess = await _client.StartSessionOfNewUserAsync();
        var byRefresh = await _client.StartSessionOfNewUserAsync();
        var untouched = await _client.StartSessionOfNewUserAsync();

        await RevokeAsync(byAccess.Access, hint);
        await RevokeAsync(byRefresh.Refresh, hint);

        await _client.AssertEndedAsync(byAccess);
        await _client.AssertEndedAsync(byRefresh);
        await _client.AssertAliveAsync(untouched);
    }

    [Fact]
    public async Task An_earlier_token_of_a_session_ends_it_too()
    {
        var first = await _client.StartSessionOfNewUserAsync();
        var second = await _client.RefreshAsync(first.Refresh);
        var third = await _client.RefreshAsync(second.Refresh);

        await RevokeAsync(first.Refresh);

        await _client.AssertEndedAsync(third);
    }

    [Fact]
    public async Task Sessions_of_the_same_user_on_other_devices_survive()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        var mine = await _client.StartSessionAsync(email);
        var lost = await _client.StartSessionAsync(email);

        await RevokeAsync(lost.Refresh);

        await _client.AssertEndedAsync(lost);
        await _client.AssertAliveAsync(mine);
    }

    [Fact]
    public async Task Revoking_twice_is_not_an_error()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        await RevokeAsync(tokens.Refresh);
        await RevokeAsync(tokens.Refresh);
        await RevokeAsync(tokens.Access);

        await _client.AssertEndedAsync(tokens);
    }

    [Theory]
    [InlineData("x")]
    [InlineData(" ")]
    [InlineData("\0")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("e30.e30.AAAA")]
    [InlineData("....")]
    [InlineData("ÄÖÜ")]
    [InlineData("long")]
    public async Task An_unknown_token_is_not_an_error(string token) =>
        await RevokeAsync(token == "long" ? new string('a', 50_000) : token);

    [Fact]
    public async Task A_forged_token_ends_nothing()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var parts = tokens.Access.Split('.');
        var claims = TokenForge.ClaimsOf(tokens.Access);

        await RevokeAsync($"{parts[0]}.{parts[1]}.AAAA");
        await RevokeAsync($"{parts[0]}.{parts[1]}.");
        await RevokeAsync(TokenForge.Sign(TokenForge.Header(), claims, _ => new byte[32]));
        claims["iss"] = "other";
        await RevokeAsync(TokenForge.Sign(TokenForge.Header(), claims));
        claims = TokenForge.ClaimsOf((await _client.StartSessionOfNewUserAsync()).Access);
        claims["sid"] = tokens.SessionId;
        await RevokeAsync(TokenForge.Sign(TokenForge.Header(), claims));

        await _client.AssertAliveAsync(tokens);
    }

    [Fact]
    public async Task The_session_of_an_inactive_user_can_be_revoked()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        var (first, second) = (await _client.StartSessionAsync(email), await _client.StartSessionAsync(email));
        await shared.Api.ActivateAsync(email, active: false);

        await RevokeAsync(first.Refresh);
        await RevokeAsync(second.Access);

        await shared.Api.ActivateAsync(email, active: true);
        await _client.AssertEndedAsync(first);
        await _client.AssertEndedAsync(second);
    }

    [Fact]
    public async Task A_session_that_is_alive_only_through_the_clock_skew_ends_too()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();
        var (id, end) = (Guid.Parse(tokens.SessionId), shared.Api.Clock.GetUtcNow() - TimeSpan.FromSeconds(10));
        await shared.Api.WithDatabaseAsync(database => database.Sessions.Where(session => session.Id == id)
            .ExecuteUpdateAsync(row => row.SetProperty(session => session.ExpiresAt, end)));

        await RevokeAsync(tokens.Refresh);

        using var me = await _client.GetMeAsync(tokens.Access);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }

    [Theory]
    [InlineData("")]
    [InlineData("token=")]
    [InlineData("token")]
    [InlineData("Token=x")]
    [InlineData("token_type_hint=refresh_token")]
    [InlineData("token=x&token=y")]
    [InlineData("token=x&token_type_hint=a&token_type_hint=b")]
    [InlineData("token=%FF")]
    public async Task A_request_without_exactly_one_token_is_invalid(string form)
    {
        using var response = await _client.PostBytesAsync(
            Route, Encoding.ASCII.GetBytes(form), "application/x-www-form-urlencoded");

        await response.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
    }

    [Fact]
    public async Task A_token_in_the_query_string_is_ignored()
    {
        var tokens = await _client.StartSessionOfNewUserAsync();

        using var response = await _client.PostFormAsync($"{Route}?token={tokens.Refresh}");

        await response.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
        await _client.AssertAliveAsync(tokens);
    }

    private async Task RevokeAsync(string token, string? hint = null)
    {
        using var response = hint is null
            ? await _client.PostFormAsync(Route, ("token", token))
            : await _client.PostFormAsync(Route, ("token", token), ("token_type_hint", hint));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.ReadTextAsync());
        Assert.True(response.Headers.CacheControl?.NoStore);
    }
}
