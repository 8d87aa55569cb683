using Btec.Tests.Infrastructure;

namespace Btec.Tests.Clients;

/// <summary>The npm package <c>openid-client</c>, a certified OpenID Connect client, which checks state, issuer, nonce, id tokens and
/// their signatures. The modules of the certification of Basic OPs are listed in docs/openid-conformance.md.</summary>
public abstract class OpenIdClientTests(OpenIdServer server)
{
    public sealed class OnSqlite(OnSqlite.Server server) : OpenIdClientTests(server), IClassFixture<OnSqlite.Server>
    {
        public sealed class Server() : OpenIdServer(DatabaseKind.Sqlite);
    }

    public sealed class OnPostgres(OnPostgres.Server server) : OpenIdClientTests(server), IClassFixture<OnPostgres.Server>
    {
        public sealed class Server() : OpenIdServer(DatabaseKind.Postgres);
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("post")]
    public async Task It_signs_users_in_with_a_secret_in_either_place(string method)
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Confidential, OpenIdServer.Secret, method);
        var user = await server.SignInAsync(client);

        var tokens = await client.DoAsync(new { @do = "flow", parameters = new { scope = "openid profile email" } });

        Assert.Equal("bearer", tokens.Read("token_type"));
        var claims = tokens.GetProperty("claims");
        Assert.Equal(user.Subject, claims.Read("sub"));
        Assert.Equal(OpenIdServer.Confidential, claims.Read("aud"));
        Assert.Equal("RS256", TokenForge.Open(tokens.Read("id_token")).Header.Read("alg"));
        Assert.False(claims.TryGetProperty("email", out _));
        var userinfo = await client.DoAsync(new { @do = "userinfo", token = tokens.Read("access_token"), subject = user.Subject });
        Assert.Equal(user.Email, userinfo.Read("email"));
        Assert.False(userinfo.GetProperty("email_verified").GetBoolean());
    }

    [Fact]
    public async Task It_signs_users_in_without_a_secret_and_without_a_nonce()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Public);
        await server.SignInAsync(client);

        var tokens = await client.DoAsync(new { @do = "flow", nonce = false });

        Assert.False(tokens.GetProperty("claims").TryGetProperty("nonce", out _));
        Assert.False(tokens.TryGetProperty("refresh_token", out _));
    }

    [Theory]
    [InlineData("display", "page")]
    [InlineData("display", "popup")]
    [InlineData("ui_locales", "de en")]
    [InlineData("claims_locales", "de en")]
    [InlineData("claims", """{"userinfo":{"name":{"essential":true}}}""")]
    [InlineData("acr_values", "urn:btec:acr:1")]
    [InlineData("login_hint", "ada@example.com")]
    [InlineData("extra", "foobar")]
    [InlineData("scope", "openid address")]
    [InlineData("scope", "openid phone")]
    [InlineData("scope", "openid profile email address phone")]
    public async Task It_may_send_what_the_server_does_not_use(string parameter, string value)
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Public);
        await server.SignInAsync(client);

        var tokens = await client.DoAsync(
            new { @do = "flow", parameters = new Dictionary<string, string>(StringComparer.Ordinal) { [parameter] = value } });

        Assert.StartsWith("openid", tokens.Read("scope"), StringComparison.Ordinal);
        Assert.DoesNotContain("address", tokens.Read("scope"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_may_send_the_request_by_post()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Public);
        var user = await server.SignInAsync(client);

        var tokens = await client.DoAsync(new { @do = "flow", method = "POST" });

        Assert.Equal(user.Subject, tokens.GetProperty("claims").Read("sub"));
    }

    [Fact]
    public async Task It_refreshes_narrows_and_revokes()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Confidential, OpenIdServer.Secret);
        var user = await server.SignInAsync(client);
        var first = await client.DoAsync(new { @do = "flow", parameters = new { scope = "openid email offline_access" } });

        var second = await client.DoAsync(new { @do = "refresh", token = first.Read("refresh_token") });

        Assert.NotEqual(first.Read("refresh_token"), second.Read("refresh_token"), StringComparer.Ordinal);
        var userinfo = await client.DoAsync(new { @do = "userinfo", token = second.Read("access_token"), subject = user.Subject });
        Assert.Equal(user.Email, userinfo.Read("email"));
        var active = await client.DoAsync(new { @do = "introspect", token = second.Read("access_token") });
        Assert.True(active.GetProperty("active").GetBoolean());
        Assert.Equal((user.Subject, OpenIdServer.Confidential), (active.Read("sub"), active.Read("client_id")));

        await client.DoAsync(new { @do = "revoke", token = second.Read("refresh_token") });

        Assert.False((await client.DoAsync(new { @do = "introspect", token = second.Read("access_token") })).GetProperty("active").GetBoolean());
        await client.AssertErrorAsync(new { @do = "refresh", token = second.Read("refresh_token") }, "invalid_grant");
    }

    [Fact]
    public async Task It_cannot_redeem_a_code_twice_and_the_second_attempt_ends_what_came_of_the_first()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Confidential, OpenIdServer.Secret);
        var user = await server.SignInAsync(client);
        var first = await client.DoAsync(new { @do = "flow" });
        server.Api.Clock.Advance(TimeSpan.FromSeconds(30));

        await client.AssertErrorAsync(
            new { @do = "again", callback = first.Read("callback"), verifier = first.Read("verifier"), state = first.Read("state"), nonce = first.Read("nonce") },
            "invalid_grant");

        var refused = await client.AskAsync(new { @do = "userinfo", token = first.Read("access_token"), subject = user.Subject });
        Assert.Equal(401, refused.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task It_cannot_redeem_a_code_with_another_verifier()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Public);
        await server.SignInAsync(client);

        await client.AssertErrorAsync(new { @do = "flow", wrongVerifier = true }, "invalid_grant");
    }

    [Fact]
    public async Task Without_a_person_it_gets_codes_only_while_somebody_is_signed_in()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Public);
        var silent = new { @do = "flow", parameters = new { prompt = "none" } };
        await client.AssertErrorAsync(silent, "login_required");
        var user = await server.SignInAsync(client);
        await client.AssertErrorAsync(silent, "consent_required");
        await client.DoAsync(new { @do = "flow" });

        Assert.Equal(user.Subject, (await client.DoAsync(silent)).GetProperty("claims").Read("sub"));
        await client.DoAsync(new { @do = "signOut" });
        await client.AssertErrorAsync(silent, "login_required");
    }

    [Fact]
    public async Task It_can_ask_for_a_recent_sign_in()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Public);
        var user = await server.SignInAsync(client);
        var first = (await client.DoAsync(new { @do = "flow" })).GetProperty("claims");
        server.Api.Clock.Advance(TimeSpan.FromSeconds(5));

        // A sign-in of 5 seconds ago is recent enough for 10,000, not for 1 and not for a prompt.
        var kept = (await client.DoAsync(new { @do = "flow", maxAge = 10000 })).GetProperty("claims");
        Assert.Equal(first.GetProperty("auth_time").GetInt64(), kept.GetProperty("auth_time").GetInt64());
        foreach (var command in new object[] { new { @do = "flow", maxAge = 1 }, new { @do = "flow", parameters = new { prompt = "login" } } })
        {
            var refused = await client.AskAsync(command);
            Assert.True(refused.TryGetProperty("needs", out var needs), refused.GetRawText());
            Assert.Equal("sign_in", needs.GetString());
        }

        await server.SignInAsync(client, user);
        var later = (await client.DoAsync(new { @do = "flow", maxAge = 1 })).GetProperty("claims");
        Assert.Equal(5, later.GetProperty("auth_time").GetInt64() - first.GetProperty("auth_time").GetInt64());
    }

    [Fact]
    public async Task It_learns_by_name_that_request_objects_are_not_supported()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Public);
        await server.SignInAsync(client);

        await client.AssertErrorAsync(new { @do = "flow", parameters = new { request = "e30.e30." } }, "request_not_supported");
        await client.AssertErrorAsync(
            new { @do = "flow", parameters = new { request_uri = "https://client.example/request" } }, "request_uri_not_supported");
        await client.AssertErrorAsync(new { @do = "flow", parameters = new { response_type = "id_token" } }, "unsupported_response_type");
    }

    [Fact]
    public async Task It_signs_users_out()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Public);
        var user = await server.SignInAsync(client);
        var tokens = await client.DoAsync(new { @do = "flow" });

        var end = await client.DoAsync(new { @do = "endSession", idToken = tokens.Read("id_token"), to = "https://client.example/bye" });

        Assert.Equal("https://client.example/bye?state=bye", end.Read("location"));
        await client.AssertErrorAsync(new { @do = "flow", parameters = new { prompt = "none" } }, "login_required");
        var refused = await client.AskAsync(new { @do = "userinfo", token = tokens.Read("access_token"), subject = user.Subject });
        Assert.Equal(401, refused.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_machine_gets_a_token_for_itself()
    {
        await using var client = await server.StartClientAsync(OpenIdServer.Machine, OpenIdServer.Secret);

        var tokens = await client.DoAsync(new { @do = "machine" });

        Assert.Equal(900, tokens.GetProperty("expires_in").GetInt64());
        Assert.Equal(OpenIdServer.Machine, TokenForge.Open(tokens.Read("access_token")).Claims.Read("sub"));
    }
}
