using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace Btec.Tests.AuthorizationServer;

/// <summary>The tokens of clients, as the clients and other services see them.</summary>
public abstract class ClientTokenTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : ClientTokenTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : ClientTokenTests(shared);

    public sealed class OnSqliteWithEs256(SqliteEs256Api shared) : ClientTokenTests(shared), IClassFixture<SqliteEs256Api>;

    public sealed class OnPostgresWithEs256(PostgresEs256Api shared) : ClientTokenTests(shared), IClassFixture<PostgresEs256Api>;

    [Fact]
    public async Task An_access_token_names_the_user_by_id_and_the_client_and_is_signed_by_a_published_key()
    {
        var session = await shared.Api.StartClientSessionAsync("shop", "openid email");

        var token = await shared.Api.IssueClientTokenAsync(session);

        var (header, claims) = TokenForge.Open(token);
        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal(
            ["acr", "amr", "aud", "auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sid", "sub", "uid"], NamesOf(claims));
        Assert.Equal(session.UserId.ToString(CultureInfo.InvariantCulture), claims.GetProperty("sub").GetString());
        Assert.Equal(session.UserId, claims.GetProperty("uid").GetInt32());
        Assert.Equal(session.Id, claims.GetProperty("sid").GetGuid());
        Assert.Equal(("btec", "btec-api"), (Read(claims, "iss"), Read(claims, "aud")));
        Assert.Equal(("shop", "openid email"), (Read(claims, "client_id"), Read(claims, "scope")));
        Assert.Equal(session.AuthTime!.Value.ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
        Assert.Equal(3600, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.True(await _client.IsSignedByPublishedKeyAsync(token));
        Assert.True((await shared.Api.IntrospectAsync(token)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task A_token_for_another_service_opens_nothing_here_and_introspection_shows_it()
    {
        var session = await shared.Api.StartClientSessionAsync(resource: "https://orders.example.com/");
        var token = await shared.Api.IssueClientTokenAsync(session);

        Assert.Equal("https://orders.example.com/", Read(TokenForge.Open(token).Claims, "aud"));
        await AssertRefusedAsync(token);
        var shown = await shared.Api.IntrospectAsync(token);
        Assert.True(shown.GetProperty("active").GetBoolean());
        Assert.Equal("https://orders.example.com/", Read(shown, "aud"));
        Assert.Equal("shop", Read(shown, "client_id"));
    }

    [Fact]
    public async Task A_machine_token_names_the_client_and_opens_nothing_here()
    {
        var token = await shared.Api.IssueMachineTokenAsync("robot", "orders:read", "https://orders.example.com");

        var (header, claims) = TokenForge.Open(token);
        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal(["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"], NamesOf(claims));
        Assert.Equal(("robot", "robot"), (Read(claims, "sub"), Read(claims, "client_id")));
        Assert.Equal(("orders:read", "https://orders.example.com"), (Read(claims, "scope"), Read(claims, "aud")));
        Assert.Equal(900, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.True(await _client.IsSignedByPublishedKeyAsync(token));
        await AssertRefusedAsync(token);
        await AssertRefusedAsync(await shared.Api.IssueMachineTokenAsync("robot"));
    }

    [Fact]
    public async Task An_id_token_is_of_RS256_lives_five_minutes_and_is_bound_to_its_access_token()
    {
        var session = await shared.Api.StartClientSessionAsync();

        var (access, id) = await shared.Api.IssueIdTokenAsync(session, nonce: "n-0S6_WzA2Mj");

        var (header, claims) = TokenForge.Open(id);
        Assert.Equal(("RS256", "JWT"), (Read(header, "alg"), Read(header, "typ")));
        Assert.Equal(["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"], NamesOf(claims));
        Assert.Equal(session.UserId.ToString(CultureInfo.InvariantCulture), Read(claims, "sub"));
        Assert.Equal(("shop", "n-0S6_WzA2Mj"), (Read(claims, "aud"), Read(claims, "nonce")));
        Assert.Equal(session.Id, claims.GetProperty("sid").GetGuid());
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal("pwd", Assert.Single(claims.GetProperty("amr").EnumerateArray()).GetString());
        Assert.Equal(
            Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(access)).AsSpan(0, 16)), Read(claims, "at_hash"));
        Assert.True(await _client.IsSignedByPublishedKeyAsync(id));
    }

    [Fact]
    public async Task A_logout_token_has_the_event_and_no_nonce()
    {
        var session = await shared.Api.StartClientSessionAsync();

        var token = await shared.Api.IssueLogoutTokenAsync(session);

        // OpenID Connect Back-Channel Logout 1.0 section 2.4.
        var (header, claims) = TokenForge.Open(token);
        Assert.Equal(("RS256", "logout+jwt"), (Read(header, "alg"), Read(header, "typ")));
        Assert.Equal(["aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"], NamesOf(claims));
        Assert.Equal(("shop", session.Id), (Read(claims, "aud"), claims.GetProperty("sid").GetGuid()));
        Assert.Equal("""{"http://schemas.openid.net/event/backchannel-logout":{}}""", claims.GetProperty("events").GetRawText());
        Assert.InRange(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), 1, 120);
        Assert.True(await _client.IsSignedByPublishedKeyAsync(token));
    }

    [Fact]
    [Asvs("9.2.2")]
    public async Task An_id_token_and_a_logout_token_are_not_accepted_as_access_tokens()
    {
        var session = await shared.Api.StartClientSessionAsync("btec-api");

        foreach (var token in new[] { (await shared.Api.IssueIdTokenAsync(session)).Id, await shared.Api.IssueLogoutTokenAsync(session) })
        {
            // The audience is that of the API, so that the type alone makes the difference.
            Assert.Equal("btec-api", Read(TokenForge.Open(token).Claims, "aud"));
            await AssertRefusedAsync(token);
            Assert.False((await shared.Api.IntrospectAsync(token)).GetProperty("active").GetBoolean());
        }
    }

    [Fact]
    public async Task A_token_of_another_client_or_user_does_not_belong_to_the_session()
    {
        var session = await shared.Api.StartClientSessionAsync();
        foreach (var forged in new[]
        {
            Copy(session, clientId: "other"), Copy(session, clientId: "btec"), Copy(session, clientId: ""),
            Copy(session, userId: (await shared.Api.StartClientSessionAsync()).UserId),
        })
        {
            var token = await shared.Api.IssueClientTokenAsync(forged);
            await AssertRefusedAsync(token);
            Assert.False((await shared.Api.IntrospectAsync(token)).GetProperty("active").GetBoolean());
        }
    }

    [Fact]
    public async Task A_client_token_is_refused_on_the_first_request_after_its_session_ended()
    {
        var session = await shared.Api.StartClientSessionAsync();
        var token = await shared.Api.IssueClientTokenAsync(session);
        Assert.True((await shared.Api.IntrospectAsync(token)).GetProperty("active").GetBoolean());

        var now = shared.Api.Clock.GetUtcNow();
        await shared.Api.WithDatabaseAsync(database => database.Sessions.Where(row => row.Id == session.Id)
            .ExecuteUpdateAsync(row => row.SetProperty(ended => ended.RevokedAt, now), TestContext.Current.CancellationToken));

        await AssertRefusedAsync(token);
    }

    private static Btec.Data.Model.Session Copy(Btec.Data.Model.Session session, int? userId = null, string? clientId = null) => new()
    {
        Id = session.Id,
        UserId = userId ?? session.UserId,
        CreatedAt = session.CreatedAt,
        LastSeenAt = session.LastSeenAt,
        ExpiresAt = session.ExpiresAt,
        AuthTime = session.AuthTime,
        ClientId = clientId ?? session.ClientId,
        Scope = session.Scope,
    };

    private static string Read(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static List<string> NamesOf(JsonElement element) =>
        [.. element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];

    private async Task AssertRefusedAsync(string token)
    {
        using var response = await _client.GetMeAsync(token);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }
}
