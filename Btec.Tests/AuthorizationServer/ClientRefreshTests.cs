using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The binding of refresh tokens to their clients.</summary>
public abstract class ClientRefreshTests(SharedApi shared)
{
    private const string Secret = "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols";
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientRefreshTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientRefreshTests(shared);

    [Fact]
    public async Task A_client_refreshes_with_its_id_and_gets_the_scopes_again()
    {
        var (client, refresh) = await StartAsync();

        using var response = await RefreshAsync(refresh, ("client_id", client));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.ReadJsonAsync();
        Assert.Equal(ClientCodes.AllScopes, answer.GetProperty("scope").GetString());
        Assert.NotEqual(refresh, answer.GetProperty("refresh_token").GetString());
        Assert.Equal(3600, answer.GetProperty("expires_in").GetInt64());
    }

    [Fact]
    public async Task The_refresh_token_of_a_client_is_of_no_use_to_another_and_its_session_lives_on()
    {
        var (client, refresh) = await StartAsync();
        var other = await _api.AddClientAsync();

        using var stranger = await RefreshAsync(refresh, ("client_id", other));
        using var nobody = await RefreshAsync(refresh);
        using var unknown = await RefreshAsync(refresh, ("client_id", "unknown"));

        await stranger.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        using var owner = await RefreshAsync(refresh, ("client_id", client));
        Assert.Equal(HttpStatusCode.OK, owner.StatusCode);
        // Nor does a used one end the session for a stranger.
        using var reused = await RefreshAsync(refresh, ("client_id", other));
        await reused.AssertOAuthErrorAsync("invalid_grant", "refresh_token_invalid");
        var next = (await owner.ReadJsonAsync()).GetProperty("refresh_token").GetString()!;
        using var again = await RefreshAsync(next, ("client_id", client));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_confidential_client_needs_its_secret_to_refresh()
    {
        var (client, refresh) = await StartAsync(Secret);

        using var without = await RefreshAsync(refresh, ("client_id", client));
        using var wrong = await RefreshAsync(refresh, ("client_id", client), ("client_secret", Secret.ToUpperInvariant()));

        Assert.Equal("invalid_client", (await without.ReadJsonAsync()).GetProperty("error").GetString());
        Assert.Equal("invalid_client", (await wrong.ReadJsonAsync()).GetProperty("error").GetString());
        using var right = await RefreshAsync(refresh, ("client_id", client), ("client_secret", Secret));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Theory]
    [InlineData("openid", "openid")]
    [InlineData("offline_access openid openid", "offline_access openid")]
    public async Task A_refresh_may_ask_for_fewer_scopes(string scope, string granted)
    {
        var (client, refresh) = await StartAsync();

        using var narrowed = await RefreshAsync(refresh, ("client_id", client), ("scope", scope));

        var answer = await narrowed.ReadJsonAsync();
        Assert.Equal(granted, answer.GetProperty("scope").GetString());
        using var full = await RefreshAsync(answer.GetProperty("refresh_token").GetString()!, ("client_id", client));
        Assert.Equal(ClientCodes.AllScopes, (await full.ReadJsonAsync()).GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("openid admin")]
    [InlineData("openid  profile")]
    [InlineData("OPENID")]
    public async Task A_refresh_never_gets_more_scopes(string scope)
    {
        var (client, refresh) = await StartAsync();

        using var refused = await RefreshAsync(refresh, ("client_id", client), ("scope", scope));

        await refused.AssertOAuthErrorAsync("invalid_scope", "scope_invalid");
        using var response = await RefreshAsync(refresh, ("client_id", client));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_refresh_never_gets_another_resource()
    {
        var (client, refresh) = await StartAsync();

        using var refused = await RefreshAsync(refresh, ("client_id", client), ("resource", "https://other.example"));

        await refused.AssertOAuthErrorAsync("invalid_target", "resource_invalid");
    }

    private async Task<(string Client, string Refresh)> StartAsync(string? secret = null)
    {
        var (id, _, _) = await _client.StartAccountAsync();
        var client = await _api.AddClientAsync(secret: secret);
        var code = await _api.AddCodeAsync(client, id, await _api.AddBrowserSessionAsync(id));
        var answer = await _client.RedeemAsync(client, code, ("client_secret", secret ?? ""));
        return (client, answer.GetProperty("refresh_token").GetString()!);
    }

    private Task<HttpResponseMessage> RefreshAsync(string refresh, params (string Name, string Value)[] fields) =>
        _client.PostFormAsync(ClientCodes.TokenRoute, [("grant_type", "refresh_token"), ("refresh_token", refresh), .. fields]);
}
