using System.Net;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The claims about a user that a client reads (OpenID Connect Core 1.0 section 5.3).</summary>
public abstract class UserInfoTests(SharedApi shared)
{
    private readonly BtecApi _api = shared.Api;
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : UserInfoTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : UserInfoTests(shared);

    [Fact]
    public async Task The_token_of_a_session_that_belongs_to_no_client_does_not_open_userinfo()
    {
        var (_, _, tokens) = await _client.StartAccountAsync();

        using var response = await _client.GetAsync("/oauth/userinfo", tokens.Access);

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Contains("scope=\"openid\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_userinfo_is_401()
    {
        using var response = await _client.GetAsync("/oauth/userinfo", accessToken: null);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "not_authenticated");
    }

    [Theory]
    [InlineData("openid", "sub")]
    [InlineData("openid profile", "name,sub")]
    [InlineData("openid email", "email,email_verified,sub")]
    [InlineData("openid profile email offline_access", "email,email_verified,name,sub")]
    public async Task Userinfo_has_the_claims_of_the_scopes(string scope, string claims)
    {
        var (id, email, _) = await _client.StartAccountAsync("Ada");
        var client = await _api.AddClientAsync();
        var token = await _api.RedeemCodeOfAsync(client, id, scope);

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var response = await _client.SendAsync(method, "/oauth/userinfo", token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Headers.CacheControl?.NoStore);
            var answer = await response.ReadJsonAsync();
            Assert.Equal(claims, string.Join(',', ApiMoves.NamesOf(answer)));
            Assert.Equal($"{id}", answer.GetProperty("sub").GetString());
            if (answer.TryGetProperty("email", out var found))
                Assert.Equal(email, found.GetString());
        }
    }

    [Fact]
    public async Task A_token_without_openid_does_not_open_userinfo()
    {
        var (id, _, _) = await _client.StartAccountAsync();
        var token = await _api.RedeemCodeOfAsync(await _api.AddClientAsync(), id, "profile email");

        using var response = await _client.GetAsync("/oauth/userinfo", token);

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
    }
}
