using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Access tokens with an unacceptable header, signature or form.</summary>
public abstract class RefusedAccessTokenTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : RefusedAccessTokenTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RefusedAccessTokenTests(shared);

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("hs256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("HS256 ")]
    [InlineData("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")]
    [InlineData("A128KW")]
    [InlineData("dir")]
    [Asvs("9.1.2")]
    public async Task No_other_algorithm_is_accepted_signed_or_unsigned(string? algorithm)
    {
        var header = TokenForge.Header();
        header["alg"] = algorithm;
        var claims = await ClaimsOfNewUserAsync();

        await AssertInvalidAsync(TokenForge.Sign(header, claims));
        await AssertInvalidAsync(TokenForge.Sign(header, claims, _ => []));
        await AssertInvalidAsync(TokenForge.Sign(
            header, claims, input => HMACSHA512.HashData(Encoding.UTF8.GetBytes(BtecApi.SigningKey), input)));
    }

    [Fact]
    public async Task A_token_without_an_algorithm_is_refused()
    {
        await AssertInvalidAsync(TokenForge.Sign(new JsonObject { ["typ"] = "at+jwt" }, await ClaimsOfNewUserAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("nmFkT3x9qTqLrBv0ZxLJw2vQe7uYp1cE")]
    [InlineData("nmFkT3x9qTqLrBv0ZxLJw2vQe7uYp1c")]
    [Asvs("9.1.1")]
    public async Task A_token_signed_with_another_key_is_refused(string key)
    {
        var claims = await ClaimsOfNewUserAsync();

        await AssertInvalidAsync(TokenForge.Sign(
            TokenForge.Header(), claims, input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), input)));
    }

    [Fact]
    [Asvs("9.1.3")]
    public async Task A_key_embedded_in_the_token_is_ignored()
    {
        using var key = RSA.Create(2048);
        var header = TokenForge.Header();
        header["alg"] = "RS256";
        header["kid"] = "../../dev/null";
        header["jku"] = "http://127.0.0.1:1/jwks.json";
        header["jwk"] = new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = System.Buffers.Text.Base64Url.EncodeToString(key.ExportParameters(includePrivateParameters: false).Modulus),
            ["e"] = "AQAB",
        };

        await AssertInvalidAsync(TokenForge.Sign(
            header,
            await ClaimsOfNewUserAsync(),
            input => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("at+JWT")]
    [InlineData("AT+JWT")]
    [InlineData("id+jwt")]
    [InlineData("refresh+jwt")]
    [InlineData("")]
    [InlineData(null)]
    [Asvs("9.2.2")]
    public async Task A_token_of_another_type_is_refused(string? type)
    {
        var header = TokenForge.Header();
        header["typ"] = type;
        var claims = await ClaimsOfNewUserAsync();

        await AssertInvalidAsync(TokenForge.Sign(header, claims));
        header.Remove("typ");
        await AssertInvalidAsync(TokenForge.Sign(header, claims));
    }

    [Fact]
    public async Task An_unknown_critical_header_is_refused()
    {
        var claims = await ClaimsOfNewUserAsync();
        var header = TokenForge.Header();
        header["crit"] = new JsonArray("exp2");
        header["exp2"] = 0;

        await AssertInvalidAsync(TokenForge.Sign(header, claims));
        header["crit"] = new JsonArray("b64");
        header["b64"] = false;
        await AssertInvalidAsync(TokenForge.Sign(header, claims));
    }

    [Fact]
    [Asvs("9.1.1")]
    public async Task A_tampered_token_is_refused()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        var parts = (await _client.LoginAsync(email)).Split('.');
        var superuser = TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(shared.Api, 1)).Split('.');

        await AssertInvalidAsync($"{parts[0]}.{superuser[1]}.{parts[2]}");
        await AssertInvalidAsync($"{parts[0]}.{parts[1]}.");
        await AssertInvalidAsync($"{parts[0]}.{parts[1]}");
        await AssertInvalidAsync($"{parts[0]}.{parts[1]}.{parts[2]}.");
        await AssertInvalidAsync($"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}");
        await AssertInvalidAsync($"{parts[0]}.{parts[1]}.{parts[2][..^4]}");
        await AssertInvalidAsync($"{parts[0]}.{parts[1]}.{parts[2]}AAAA");
        await AssertInvalidAsync($"{parts[0]}.{parts[1]}.{parts[2].ToLowerInvariant()}");
        await AssertInvalidAsync($".{parts[1]}.{parts[2]}");
        await AssertInvalidAsync($"{parts[0]}..{parts[2]}");
        await AssertInvalidAsync($"{parts[0]}.{parts[1]}.{parts[2]}, x");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("null")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("....")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    [InlineData("bnVsbA.bnVsbA.AAAA")]
    [InlineData("W10.W10.AAAA")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.AAAA")]
    [InlineData("eyJ.eyJ.eyJ")]
    [InlineData("%00.%00.%00")]
    [InlineData("Bearer x")]
    [InlineData("' OR 1=1 --")]
    [InlineData("eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0..AAAA.AAAA.AAAA")]
    [InlineData("eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJwMmMiOjIxNDc0ODM2NDcsInAycyI6IkFBQUEiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.AAAA.AAAA.AAAA.AAAA")]
    public async Task Garbage_is_refused(string token) => await AssertInvalidAsync(token);

    [Theory]
    [InlineData(10_000)]
    [InlineData(30_000)]
    public async Task A_very_long_token_is_refused(int length)
    {
        await AssertInvalidAsync(new string('a', length));
        await AssertInvalidAsync($"e30.{new string('a', length)}.AAAA");
    }

    private async Task<JsonObject> ClaimsOfNewUserAsync() =>
        TokenForge.ClaimsOf((await _client.StartSessionOfNewUserAsync()).Access);

    private async Task AssertInvalidAsync(string token)
    {
        using var response = await _client.GetMeAsync(token);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }
}
