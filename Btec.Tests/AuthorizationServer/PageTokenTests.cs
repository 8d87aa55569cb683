using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The tokens of the built-in pages, which belong to the browser's own session.</summary>
public abstract class PageTokenTests(SharedApi shared)
{
    private const string Pages = "btec-pages";
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : PageTokenTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : PageTokenTests(shared);

    [Fact]
    public async Task The_code_of_a_page_gives_a_token_of_the_browsers_session_for_a_quarter_of_an_hour()
    {
        var (id, email, _) = await _client.StartAccountAsync();
        var browser = await _api.AddBrowserSessionAsync(id);
        var code = await _api.AddCodeAsync(Pages, id, browser, "openid");

        var answer = await _client.RedeemAsync(Pages, code);

        Assert.Equal(["access_token", "expires_in", "scope", "token_type"], ApiMoves.NamesOf(answer));
        Assert.Equal(900, answer.GetProperty("expires_in").GetInt64());
        var token = answer.GetProperty("access_token").GetString()!;
        var claims = TokenForge.Open(token).Claims;
        Assert.Equal(browser.ToString(), claims.GetProperty("sid").GetString());
        Assert.Equal(email, claims.GetProperty("sub").GetString());
        Assert.Equal("btec", claims.GetProperty("client_id").GetString());
        using var me = await _client.GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task A_page_gets_no_token_for_a_code_twice_and_keeps_the_browser_signed_in()
    {
        var (id, _, _) = await _client.StartAccountAsync();
        var browser = await _api.AddBrowserSessionAsync(id);
        var code = await _api.AddCodeAsync(Pages, id, browser, "openid");
        var token = (await _client.RedeemAsync(Pages, code)).GetProperty("access_token").GetString()!;

        using var again = await _client.TryRedeemAsync(Pages, code);

        await again.AssertOAuthErrorAsync("invalid_grant", "authorization_code_reused");
        using var me = await _client.GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }
}
