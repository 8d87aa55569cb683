using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.Clients;

/// <summary>The npm package <c>oauth4webapi</c>, which checks each response against its RFC.</summary>
public abstract class OAuthClientTests(DatabaseKind kind)
{
    public sealed class OnSqlite() : OAuthClientTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : OAuthClientTests(DatabaseKind.Postgres);

    [Theory]
    [InlineData("HS256")]
    [InlineData("ES256")]
    public async Task It_discovers_the_endpoints_and_obtains_refreshes_introspects_and_revokes_tokens(string algorithm)
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var port = FindPort();
        var issuer = $"http://127.0.0.1:{port}";
        await using var api = await BtecApi.StartInstanceAsync(
            database,
            new TestClock(),
            KeyMoves.Es256(("Jwt:Algorithm", algorithm), ("PublicUrl", issuer)),
            port);
        var (email, admin) = (ApiMoves.NewEmail(), ApiMoves.NewEmail());
        await api.CreateClient().RegisterAsync(email);
        await api.CreateClient().RegisterAsync(admin);
        await api.WithDatabaseAsync(context => context.Users.Where(user => user.Email == admin)
            .ExecuteUpdateAsync(row => row.SetProperty(user => user.IsSuperuser, true), TestContext.Current.CancellationToken));
        await using var client = await NodeProgram.StartAsync("oauth4webapi.mjs");

        var server = await DoAsync(client, new { @do = "discover", issuer });
        Assert.Equal($"{issuer}/api/auth/token", Read(server, "token_endpoint"));

        var tokens = await DoAsync(client, new { @do = "password", username = email, password = ApiMoves.Password });
        Assert.Equal("bearer", Read(tokens, "token_type"));
        Assert.Equal(691200, tokens.GetProperty("expires_in").GetInt64());
        var claims = TokenForge.Open(Read(tokens, "access_token")).Claims;
        Assert.Equal(issuer, Read(claims, "iss"));
        var me = await DoAsync(client, new { @do = "call", path = "/api/users/me", token = Read(tokens, "access_token") });
        Assert.Equal(email, Read(me.GetProperty("body"), "email"));

        var next = await DoAsync(client, new { @do = "refresh", token = Read(tokens, "refresh_token") });
        Assert.NotEqual(Read(tokens, "refresh_token"), Read(next, "refresh_token"), StringComparer.Ordinal);

        var superuser = Read(await DoAsync(client, new { @do = "password", username = admin, password = ApiMoves.Password }), "access_token");
        var introspect = new { @do = "introspect", token = Read(next, "access_token"), @as = superuser };
        var alive = await DoAsync(client, introspect);
        Assert.True(alive.GetProperty("active").GetBoolean());
        Assert.Equal(Read(claims, "sid"), Read(alive, "sid"));

        await DoAsync(client, new { @do = "revoke", token = Read(next, "refresh_token") });
        Assert.False((await DoAsync(client, introspect)).GetProperty("active").GetBoolean());
        await AssertErrorAsync(
            client, new { @do = "call", path = "/api/users/me", token = Read(next, "access_token") },
            "WWWAuthenticateChallengeError", 401, "invalid_token");
        await AssertErrorAsync(client, new { @do = "refresh", token = Read(next, "refresh_token") }, "ResponseBodyError", 400, "invalid_grant");
    }

    [Fact]
    public async Task It_understands_every_error()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var port = FindPort();
        var issuer = $"http://127.0.0.1:{port}";
        await using var api = await BtecApi.StartInstanceAsync(
            database, new TestClock(), KeyMoves.Es256(("Jwt:Algorithm", "HS256"), ("PublicUrl", issuer)), port);
        var email = ApiMoves.NewEmail();
        await api.CreateClient().RegisterAsync(email);
        await using var client = await NodeProgram.StartAsync("oauth4webapi.mjs");
        await DoAsync(client, new { @do = "discover", issuer });

        await AssertErrorAsync(client, new { @do = "password", username = email, password = "wrong" }, "ResponseBodyError", 400, "invalid_grant");
        await AssertErrorAsync(client, new { @do = "refresh", token = "unknown" }, "ResponseBodyError", 400, "invalid_grant");
        await AssertErrorAsync(client, new { @do = "introspect", token = "unknown" }, "WWWAuthenticateChallengeError", 401, error: null);
        Assert.Equal(JsonValueKind.Object, (await DoAsync(client, new { @do = "revoke", token = "unknown" })).ValueKind);
    }

    [Fact]
    public async Task It_reads_what_proof_of_identity_a_refusal_requires()
    {
        await using var database = await TestDatabase.CreateMigratedAsync(kind);
        var port = FindPort();
        var issuer = $"http://127.0.0.1:{port}";
        await using var api = await BtecApi.StartInstanceAsync(
            database, new TestClock(), KeyMoves.Es256(("Jwt:Algorithm", "HS256"), ("PublicUrl", issuer)), port);
        var (id, _, tokens) = await api.CreateClient().StartAccountAsync();
        await api.ChangeUserAsync(id, user => user.HasSecondFactor = true);
        await using var client = await NodeProgram.StartAsync("oauth4webapi.mjs");
        await DoAsync(client, new { @do = "discover", issuer });

        var answer = await client.AskAsync(
            new { @do = "call", method = "DELETE", path = $"/api/users/me/sessions/{Guid.CreateVersion7()}", token = tokens.Access });

        Assert.Equal("WWWAuthenticateChallengeError", Read(answer, "error"));
        var challenge = Assert.Single(answer.GetProperty("challenges").EnumerateArray());
        Assert.Equal("bearer", Read(challenge, "scheme"));
        var parameters = challenge.GetProperty("parameters");
        Assert.Equal(["acr_values", "error", "error_description", "max_age"], ApiMoves.NamesOf(parameters));
        Assert.Equal("insufficient_user_authentication", Read(parameters, "error"));
        Assert.Equal("300", Read(parameters, "max_age"));
        Assert.Equal("urn:btec:acr:mfa phr", Read(parameters, "acr_values"));
    }

    private static async Task<JsonElement> DoAsync(NodeProgram client, object command)
    {
        var answer = await client.AskAsync(command);
        Assert.True(answer.TryGetProperty("ok", out var result), answer.GetRawText());
        return result;
    }

    private static async Task AssertErrorAsync(NodeProgram client, object command, string name, int status, string? error)
    {
        var answer = await client.AskAsync(command);
        Assert.True(answer.TryGetProperty("error", out var kind), answer.GetRawText());
        Assert.Equal((name, status), (kind.GetString(), answer.GetProperty("status").GetInt32()));
        Assert.Equal(error, answer.TryGetProperty("oauth_error", out var code) ? code.GetString() : null);
    }

    private static string Read(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    /// <summary>Finds a free port outside the ephemeral range (on Linux from 32768), so that no outgoing connection of another
    /// test takes it before the API starts.</summary>
    private static int FindPort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20000, 32000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
