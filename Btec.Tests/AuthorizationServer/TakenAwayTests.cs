using System.Net;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>Rights that a superuser takes away from a client: they end with the next request, also for earlier flows.</summary>
public abstract class TakenAwayTests(SharedApi shared)
{
    private const string Resource = "https://orders.example/api";

    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : TakenAwayTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : TakenAwayTests(shared);

    /// <summary>The kinds of what can be taken away.</summary>
    private static readonly Dictionary<string, Action<OAuthClient>> Changes = new(StringComparer.Ordinal)
    {
        ["redirect URI"] = client => client.RedirectUris = ["https://client.example/other"],
        ["scope"] = client => client.Scopes = ["openid"],
        ["resource"] = client => client.Resources = [],
        ["grant type"] = client => client.GrantTypes = ["client_credentials"],
    };

    [Theory]
    [InlineData("redirect URI")]
    [InlineData("scope")]
    [InlineData("resource")]
    [InlineData("grant type")]
    public async Task A_request_that_waits_for_what_was_taken_away_is_void(string what)
    {
        var (browser, _, _) = await TestBrowser.StartSignedInAsync(_api);
        using var _ = browser;
        var client = await _api.RegisterClientAsync();
        var id = await browser.BeginAuthorizationAsync(client, ("resource", Resource));

        await ChangeAsync(client, Changes[what]);

        using var shown = await browser.OpenAsync($"/oauth/requests/{id}");
        await shown.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        foreach (var decision in new[] { "allow", "deny" })
        {
            using var decided = await browser.TryDecideAsync(id, decision);
            await decided.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Theory]
    [InlineData("redirect URI", "authorization_code_invalid")]
    [InlineData("scope", "authorization_code_invalid")]
    [InlineData("resource", "authorization_code_invalid")]
    [InlineData("grant type", "grant_type_not_allowed")]
    public async Task A_code_for_what_was_taken_away_is_void(string what, string code)
    {
        var (user, _, _) = await _client.StartAccountAsync();
        var client = await _api.AddClientAsync(row => row.Resources = [Resource]);
        var issued = await _api.AddCodeAsync(client, user, await _api.AddBrowserSessionAsync(user), resource: Resource);

        await ChangeAsync(client, Changes[what]);

        using var refused = await _client.TryRedeemAsync(client, issued);
        await refused.AssertOAuthErrorAsync(code == "grant_type_not_allowed" ? "unauthorized_client" : "invalid_grant", code);
    }

    [Fact]
    public async Task A_code_of_a_client_that_is_no_first_party_any_more_needs_a_consent()
    {
        var (user, _, _) = await _client.StartAccountAsync();
        var client = await _api.AddClientAsync(row => row.IsFirstParty = true);
        var code = await _api.AddCodeAsync(client, user, await _api.AddBrowserSessionAsync(user));
        await _api.WithDatabaseAsync(database => database.ClientGrants.Where(grant => grant.ClientId == client).ExecuteDeleteAsync());

        await ChangeAsync(client, row => row.IsFirstParty = false);

        using var refused = await _client.TryRedeemAsync(client, code);
        Assert.Equal("invalid_grant", (await refused.ReadJsonAsync()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_code_that_was_issued_while_its_consent_was_withdrawn_is_void()
    {
        var (user, _, _) = await _client.StartAccountAsync();
        var client = await _api.AddClientAsync();
        var code = await _api.AddCodeAsync(client, user, await _api.AddBrowserSessionAsync(user));
        // As if the withdrawal had been committed between the look at the consent and the insertion of the code.
        await _api.WithDatabaseAsync(database => database.ClientGrants.Where(grant => grant.ClientId == client).ExecuteDeleteAsync());

        using var refused = await _client.TryRedeemAsync(client, code);

        Assert.Equal("invalid_grant", (await refused.ReadJsonAsync()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_scope_that_was_taken_away_is_in_no_answer_any_more()
    {
        var (client, access, refresh) = await StartAsync();

        await ChangeAsync(client, row => row.Scopes = ["openid", "offline_access"]);

        using var claims = await _client.GetAsync("/oauth/userinfo", access);
        Assert.Equal(["sub"], ApiMoves.NamesOf(await claims.ReadJsonAsync()));
        Assert.Equal("openid offline_access", (await _api.IntrospectAsync(access)).GetProperty("scope").GetString());
        Assert.Equal("openid offline_access", (await _api.IntrospectAsync(refresh)).GetProperty("scope").GetString());
        using var more = await RefreshAsync(client, refresh, ("scope", "openid email"));
        await more.AssertOAuthErrorAsync("invalid_scope", "scope_invalid");
        using var refreshed = await RefreshAsync(client, refresh);
        Assert.Equal("openid offline_access", (await refreshed.ReadJsonAsync()).GetProperty("scope").GetString());
        await ChangeAsync(client, row => row.Scopes = ["profile", "offline_access"]);
        using var refused = await _client.GetAsync("/oauth/userinfo", access);
        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
    }

    [Fact]
    public async Task Without_offline_access_a_refresh_token_is_of_no_use()
    {
        var (client, _, refresh) = await StartAsync();

        await ChangeAsync(client, row => row.Scopes = ["openid"]);

        using var refused = await RefreshAsync(client, refresh);
        await refused.AssertOAuthErrorAsync("unauthorized_client", "grant_type_not_allowed");
    }

    [Fact]
    public async Task A_token_for_a_resource_that_was_taken_away_is_neither_refreshed_nor_active()
    {
        var (client, access, refresh) = await StartAsync(Resource);
        Assert.True((await _api.IntrospectAsync(access)).GetProperty("active").GetBoolean());

        await ChangeAsync(client, row => row.Resources = []);

        Assert.False((await _api.IntrospectAsync(access)).GetProperty("active").GetBoolean());
        using var refused = await RefreshAsync(client, refresh);
        await refused.AssertOAuthErrorAsync("invalid_target", "resource_invalid");
    }

    [Fact]
    public async Task The_tokens_of_a_client_that_is_not_registered_any_more_are_not_active()
    {
        var (client, access, refresh) = await StartAsync();

        // As a client of the configuration goes, whose sessions nobody ends.
        await _api.WithDatabaseAsync(database => database.OAuthClients.Where(row => row.Id == client).ExecuteDeleteAsync());

        Assert.False((await _api.IntrospectAsync(access)).GetProperty("active").GetBoolean());
        Assert.False((await _api.IntrospectAsync(refresh)).GetProperty("active").GetBoolean());
    }

    private async Task<(string Client, string Access, string Refresh)> StartAsync(string? resource = null)
    {
        var (user, _, _) = await _client.StartAccountAsync();
        var client = await _api.AddClientAsync(row => row.Resources = [Resource]);
        var code = await _api.AddCodeAsync(client, user, await _api.AddBrowserSessionAsync(user), resource: resource);
        var answer = await _client.RedeemAsync(client, code);
        return (client, answer.GetProperty("access_token").GetString()!, answer.GetProperty("refresh_token").GetString()!);
    }

    private Task<HttpResponseMessage> RefreshAsync(string client, string refresh, params (string Name, string Value)[] fields) =>
        _client.PostFormAsync(
            ClientCodes.TokenRoute,
            [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", client), .. fields]);

    private Task<int> ChangeAsync(string id, Action<OAuthClient> change) => _api.WithDatabaseAsync(async database =>
    {
        change(await database.OAuthClients.AsTracking().SingleAsync(client => client.Id == id));
        return await database.SaveChangesAsync();
    });
}
