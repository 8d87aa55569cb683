using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The events that end the sessions of clients, on the next request.</summary>
public abstract class ClientEndTests(SharedApi shared)
{
    private const string Online = "openid profile";
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientEndTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientEndTests(shared);

    [Fact]
    [Asvs("7.6.1")]
    public async Task The_end_of_a_browsers_session_ends_the_sessions_that_began_in_it_but_for_offline_access()
    {
        var (user, _, tokens) = await _client.StartAccountAsync();
        var (browser, other) = (await _api.AddBrowserSessionAsync(user), await _api.AddBrowserSessionAsync(user));
        var client = await _api.AddClientAsync();
        var (online, offline) = (await StartAsync(client, user, browser, Online), await StartAsync(client, user, browser, ClientCodes.AllScopes));
        var elsewhere = await StartAsync(client, user, other, Online);

        using var ended = await _client.SendAsync(HttpMethod.Delete, $"/api/users/me/sessions/{browser}", tokens.Access);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await AssertAsync(online, isAlive: false);
        await AssertAsync(offline, isAlive: true);
        await AssertAsync(elsewhere, isAlive: true);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("logout")]
    [InlineData("deactivation")]
    [InlineData("deletion")]
    [Asvs("7.6.1")]
    public async Task What_ends_all_sessions_of_a_user_ends_those_of_clients_too_and_tells_them(string end)
    {
        var (user, _, tokens) = await _client.StartAccountAsync();
        var browser = await _api.AddBrowserSessionAsync(user);
        var listener = await _api.AddClientAsync(client => client.BackChannelLogoutUri = "https://client.example/logout");
        var (told, untold) = (
            await StartAsync(listener, user, browser, ClientCodes.AllScopes),
            await StartAsync(await _api.AddClientAsync(), user, browser, ClientCodes.AllScopes));
        var code = await _api.AddCodeAsync(listener, user, browser);

        using var response = end switch
        {
            "password" => await _client.SendJsonAsync(
                HttpMethod.Post, "/api/users/me/password", tokens.Access,
                new { current_password = ApiMoves.Password, new_password = AccountMoves.OtherPassword }),
            "logout" => await _client.LogOutAsync(tokens.Access, "?scope=others"),
            "deletion" => await _client.SendJsonAsync(HttpMethod.Delete, "/api/users/me", tokens.Access, new { password = ApiMoves.Password }),
            _ => await DeactivateAsync(user),
        };

        Assert.True(response.IsSuccessStatusCode, $"{end}: {response.StatusCode}");
        await AssertAsync(told, isAlive: false);
        await AssertAsync(untold, isAlive: false);
        using var redeemed = await _client.TryRedeemAsync(listener, code);
        await redeemed.AssertOAuthErrorAsync("invalid_grant", "authorization_code_invalid");
        var notices = await _api.WithDatabaseAsync(database => database.LogoutNotices.AsNoTracking()
            .Where(notice => notice.UserId == user).ToListAsync());
        var notice = Assert.Single(notices);
        Assert.Equal((listener, SessionOf(told)), (notice.ClientId, notice.SessionId.ToString()));
    }

    [Fact]
    public async Task A_code_is_void_once_its_browser_is_signed_out()
    {
        var (user, _, tokens) = await _client.StartAccountAsync();
        var browser = await _api.AddBrowserSessionAsync(user);
        var client = await _api.AddClientAsync();
        var (code, pages) = (await _api.AddCodeAsync(client, user, browser), await _api.AddCodeAsync("btec-pages", user, browser));
        using var ended = await _client.SendAsync(HttpMethod.Delete, $"/api/users/me/sessions/{browser}", tokens.Access);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);

        using var refused = await _client.TryRedeemAsync(client, code);
        using var refusedPage = await _client.TryRedeemAsync("btec-pages", pages);

        await refused.AssertOAuthErrorAsync("invalid_grant", "session_ended");
        await refusedPage.AssertOAuthErrorAsync("invalid_grant", "session_ended");
    }

    [Fact]
    public async Task A_revoked_refresh_token_ends_the_session_of_its_client_alone()
    {
        var (user, _, tokens) = await _client.StartAccountAsync();
        var browser = await _api.AddBrowserSessionAsync(user);
        var client = await _api.AddClientAsync();
        var code = await _api.AddCodeAsync(client, user, browser);
        var answer = await _client.RedeemAsync(client, code);

        using var revoked = await _client.PostFormAsync(
            "/api/auth/revoke", ("token", answer.GetProperty("refresh_token").GetString()!), ("client_id", client));

        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await AssertAsync(answer.GetProperty("access_token").GetString()!, isAlive: false);
        await _client.AssertAliveAsync(tokens);
    }

    private async Task<HttpResponseMessage> DeactivateAsync(int user)
    {
        var (superuser, _, tokens) = await _client.StartAccountAsync();
        await _api.ChangeUserAsync(superuser, row => row.IsSuperuser = true);
        return await _client.SendJsonAsync(HttpMethod.Patch, $"/api/users/{user}", tokens.Access, new { is_active = false });
    }

    private async Task<string> StartAsync(string client, int user, Guid browser, string scope)
    {
        var token = (await _client.RedeemAsync(client, await _api.AddCodeAsync(client, user, browser, scope))).GetProperty("access_token").GetString()!;
        await AssertAsync(token, isAlive: true);
        return token;
    }

    private async Task AssertAsync(string token, bool isAlive)
    {
        using var response = await _client.GetAsync("/oauth/userinfo", token);
        Assert.Equal(isAlive ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static string SessionOf(string token) => TokenForge.Open(token).Claims.GetProperty("sid").GetString()!;
}
