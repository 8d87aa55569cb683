using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary><c>/.well-known/jwks.json</c>, the public keys with which other services verify tokens.</summary>
public abstract class KeySetTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteEs256Api shared) : KeySetTests(shared), IClassFixture<SqliteEs256Api>;

    public sealed class OnPostgres(PostgresEs256Api shared) : KeySetTests(shared), IClassFixture<PostgresEs256Api>;

    [Fact]
    [Asvs("11.6.1")]
    public async Task The_set_holds_public_keys_and_nothing_else()
    {
        using var response = await _client.GetAsync(KeyMoves.KeySet, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var set = await response.ReadJsonAsync();
        Assert.Equal(["keys"], NamesOf(set));
        var keys = set.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(["EC", "RSA"], keys.Select(published => Read(published, "kty")), StringComparer.Ordinal);
        KeySetShape.AssertRsa(keys[1]);
        var key = keys[0];
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], NamesOf(key));
        Assert.Equal(("ES256", "P-256", "EC", "sig"), (Read(key, "alg"), Read(key, "crv"), Read(key, "kty"), Read(key, "use")));
        // Coordinates keep their leading zeros (RFC 7518 section 6.2.1.2).
        Assert.Equal(32, Base64Url.DecodeFromChars(Read(key, "x")).Length);
        Assert.Equal(32, Base64Url.DecodeFromChars(Read(key, "y")).Length);
    }

    [Fact]
    public async Task Anyone_may_cache_the_set_for_ten_minutes()
    {
        using var response = await _client.GetAsync(KeyMoves.KeySet, accessToken: null);

        Assert.Equal(TimeSpan.FromSeconds(600), response.Headers.CacheControl?.MaxAge);
        Assert.True(response.Headers.CacheControl?.Public);
        Assert.False(response.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("garbage")]
    public async Task The_set_is_public_even_with_an_invalid_token(string token)
    {
        using var response = await _client.GetAsync(KeyMoves.KeySet, token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_id_of_a_key_is_its_thumbprint()
    {
        var key = Assert.Single(await _client.GetKeysAsync());

        // RFC 7638 section 3.2: only the required members, in this order.
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{Read(key, "x")}}","y":"{{Read(key, "y")}}"}""";
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical))), Read(key, "kid"));
    }

    [Fact]
    public async Task A_token_names_its_key_and_the_set_alone_verifies_it()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);

        var token = await _client.LoginAsync(email);

        var header = TokenForge.Open(token).Header;
        Assert.Equal(["alg", "kid", "typ"], NamesOf(header));
        Assert.Equal(("ES256", "at+jwt"), (Read(header, "alg"), Read(header, "typ")));
        var key = Assert.Single(await _client.GetKeysAsync());
        Assert.Equal(Read(key, "kid"), Read(header, "kid"));
        Assert.True(KeyMoves.Verifies(key, token));
        using var me = await _client.GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task A_refreshed_token_is_signed_with_a_published_key_too()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        using var login = await _client.PostFormAsync("/api/auth/login", ("username", email), ("password", ApiMoves.Password));
        var refreshToken = Read(await login.ReadJsonAsync(), "refresh_token");

        using var refresh = await _client.PostFormAsync(
            "/api/auth/token", ("grant_type", "refresh_token"), ("refresh_token", refreshToken));

        var token = Read(await refresh.ReadJsonAsync(), "access_token");
        Assert.True(KeyMoves.Verifies(Assert.Single(await _client.GetKeysAsync()), token));
    }

    private static string Read(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static List<string> NamesOf(JsonElement element) =>
        [.. element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
}

/// <summary>The key set under HS256: the RSA keys of id tokens and of the access tokens of clients.</summary>
public abstract class RsaKeySetTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : RsaKeySetTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RsaKeySetTests(shared);

    [Fact]
    public async Task With_a_shared_secret_the_set_holds_an_RSA_key_and_may_be_cached()
    {
        using var response = await _client.GetAsync(KeyMoves.KeySet, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(600), response.Headers.CacheControl?.MaxAge);
        KeySetShape.AssertRsa(Assert.Single((await response.ReadJsonAsync()).GetProperty("keys").EnumerateArray()));
    }

    [Fact]
    public async Task The_id_of_an_RSA_key_is_its_thumbprint()
    {
        var key = Assert.Single(await _client.GetRsaKeysAsync());

        // RFC 7638 section 3.2: only the required members, in this order.
        var (e, n) = (key.GetProperty("e").GetString(), key.GetProperty("n").GetString());
        var canonical = $$"""{"e":"{{e}}","kty":"RSA","n":"{{n}}"}""";
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(canonical))), key.GetProperty("kid").GetString());
    }
}

/// <summary>The form of a published key.</summary>
internal static class KeySetShape
{
    public static void AssertRsa(JsonElement key)
    {
        Assert.Equal(
            ["alg", "e", "kid", "kty", "n", "use"],
            key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal(
            ("RS256", "RSA", "sig"), (key.GetProperty("alg").GetString(), key.GetProperty("kty").GetString(), key.GetProperty("use").GetString()));
        Assert.Equal("AQAB", key.GetProperty("e").GetString());
        Assert.Equal(256, Base64Url.DecodeFromChars(key.GetProperty("n").GetString()).Length);
    }
}
