using System.Net;
using System.Security.Cryptography;
using System.Text;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

public abstract class AccessTokenTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : AccessTokenTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : AccessTokenTests(shared);

    [Fact]
    [Asvs("9.2.4")]
    public async Task A_token_carries_its_issuer_audience_user_and_lifetime()
    {
        var email = ApiMoves.NewEmail();
        var user = await _client.RegisterAsync(email);

        var (header, claims) = TokenForge.Open(await _client.LoginAsync(email));

        Assert.Equal(["alg", "typ"], ApiMoves.NamesOf(header));
        Assert.Equal("HS256", header.GetProperty("alg").GetString());
        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal(
            ["acr", "amr", "aud", "auth_time", "client_id", "email_verified", "exp", "iat", "iss", "jti", "sid", "sub", "uid"],
            ApiMoves.NamesOf(claims));
        Assert.Equal("btec", claims.GetProperty("iss").GetString());
        Assert.Equal("btec-api", claims.GetProperty("aud").GetString());
        Assert.Equal(email, claims.GetProperty("sub").GetString());
        Assert.Equal("btec", claims.GetProperty("client_id").GetString());
        Assert.False(claims.GetProperty("email_verified").GetBoolean());
        Assert.Equal(user.GetProperty("id").GetInt32(), claims.GetProperty("uid").GetInt32());
        Assert.Equal(shared.Api.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.Equal(691200, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.True(claims.GetProperty("jti").GetString()!.Length >= 16);
    }

    [Fact]
    public async Task A_token_is_signed_with_the_UTF8_bytes_of_the_configured_key()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);

        var parts = (await _client.LoginAsync(email)).Split('.');

        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(BtecApi.SigningKey), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        Assert.Equal(signature, System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]));
    }

    [Fact]
    [Asvs("7.2.2")]
    public async Task No_two_tokens_share_an_id()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            TokenForge.Open(await _client.LoginAsync(email)).Claims.GetProperty("jti").GetString()));

        Assert.Equal(20, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_hand_made_token_that_follows_the_same_rules_is_accepted()
    {
        var claims = TokenForge.ClaimsOf((await _client.StartSessionOfNewUserAsync()).Access);

        using var response = await _client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
