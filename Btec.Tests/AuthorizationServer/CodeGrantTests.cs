using System.Net;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The exchange of authorization codes at the token endpoint.</summary>
public abstract class CodeGrantTests(SharedApi shared)
{
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : CodeGrantTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : CodeGrantTests(shared);

    [Fact]
    public async Task A_code_starts_a_session_of_the_client_with_what_the_browser_proved()
    {
        var (user, browser, client) = await StartAsync();
        var code = await _api.AddCodeAsync(client, user, browser);

        using var response = await _client.TryRedeemAsync(client, code);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("no-cache", response.Headers.Pragma.ToString());
        var answer = await response.ReadJsonAsync();
        Assert.Equal("bearer", answer.GetProperty("token_type").GetString());
        Assert.Equal(3600, answer.GetProperty("expires_in").GetInt64());
        Assert.Equal(ClientCodes.AllScopes, answer.GetProperty("scope").GetString());
        Assert.Equal(1209600, answer.GetProperty("refresh_expires_in").GetInt64());
        var claims = TokenForge.Open(answer.GetProperty("access_token").GetString()!).Claims;
        var id = Guid.Parse(claims.GetProperty("sid").GetString()!);
        Assert.NotEqual(browser, id);
        var session = await _api.WithDatabaseAsync(database => database.Sessions.AsNoTracking().SingleAsync(row => row.Id == id));
        Assert.Equal(
            (user, client, ClientCodes.AllScopes, browser, "a browser", "203.0.113.7", "pwd"),
            (session.UserId, session.ClientId, session.Scope, session.BrowserSessionId, session.UserAgent, session.Address, session.Amr));
        Assert.Equal(claims.GetProperty("auth_time").GetInt64(), session.AuthTime!.Value.ToUnixTimeSeconds());
        Assert.True(session.AuthTime < session.CreatedAt);
    }

    [Theory]
    [InlineData("openid profile", "authorization_code refresh_token")]
    [InlineData("openid offline_access", "authorization_code")]
    public async Task Without_offline_access_or_the_grant_type_there_is_no_refresh_token_and_the_session_ends_with_the_access_token(
        string scope, string grantTypes)
    {
        var (user, browser, client) = await StartAsync(grantTypes);
        var code = await _api.AddCodeAsync(client, user, browser, scope);

        var answer = await _client.RedeemAsync(client, code);

        Assert.False(answer.TryGetProperty("refresh_token", out _));
        Assert.False(answer.TryGetProperty("refresh_expires_in", out _));
        var id = Guid.Parse(TokenForge.Open(answer.GetProperty("access_token").GetString()!).Claims.GetProperty("sid").GetString()!);
        var session = await _api.WithDatabaseAsync(database => database.Sessions.AsNoTracking().SingleAsync(row => row.Id == id));
        Assert.Equal(TimeSpan.FromHours(1), session.ExpiresAt - session.CreatedAt);
    }

    [Theory]
    [InlineData("code")]
    [InlineData("redirect_uri")]
    [InlineData("code_verifier")]
    public async Task A_parameter_that_is_missing_is_an_invalid_request_and_does_not_use_up_the_code(string parameter)
    {
        var (user, browser, client) = await StartAsync();
        var code = await _api.AddCodeAsync(client, user, browser);

        using var refused = await _client.TryRedeemAsync(client, code, (parameter, ""));

        await refused.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
        await _client.RedeemAsync(client, code);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")]
    [InlineData("dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjé1")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_verifier_that_has_not_the_form_of_one_is_an_invalid_request(string verifier)
    {
        var (user, browser, client) = await StartAsync();
        var code = await _api.AddCodeAsync(client, user, browser);

        using var refused = await _client.TryRedeemAsync(client, code, ("code_verifier", verifier));

        await refused.AssertOAuthErrorAsync("invalid_request", "token_request_invalid");
        await _client.RedeemAsync(client, code);
    }

    [Fact]
    [Asvs("10.4.2")]
    public async Task A_second_use_is_refused_and_ends_the_session_of_the_first()
    {
        var (user, browser, client) = await StartAsync();
        var code = await _api.AddCodeAsync(client, user, browser);
        var tokens = await _client.RedeemAsync(client, code);

        using var again = await _client.TryRedeemAsync(client, code);

        await again.AssertOAuthErrorAsync("invalid_grant", "authorization_code_reused");
        using var me = await _client.GetMeAsync(tokens.GetProperty("access_token").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        var reused = await _api.WithDatabaseAsync(database => database.AuditEvents.AsNoTracking()
            .Where(audited => audited.UserId == user && audited.Type == "code.reused").ToListAsync());
        Assert.Equal("authorization_code_reused", Assert.Single(reused).Outcome);
    }

    private async Task<(int User, Guid Browser, string Client)> StartAsync(string grantTypes = "authorization_code refresh_token")
    {
        var (id, _, _) = await _client.StartAccountAsync();
        return (
            id, await _api.AddBrowserSessionAsync(id),
            await _api.AddClientAsync(client => client.GrantTypes = grantTypes.Split(' ')));
    }
}
