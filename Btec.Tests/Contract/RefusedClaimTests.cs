using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Contract;

/// <summary>Access tokens with a valid signature and unacceptable claims.</summary>
public abstract class RefusedClaimTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : RefusedClaimTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RefusedClaimTests(shared);

    [Theory]
    [InlineData("iss", "\"other\"")]
    [InlineData("iss", "\"BTEC\"")]
    [InlineData("iss", "\"\"")]
    [InlineData("iss", "null")]
    [InlineData("iss", "[\"btec\"]")]
    [InlineData("iss", null)]
    [InlineData("aud", "\"other\"")]
    [InlineData("aud", "\"btec\"")]
    [InlineData("aud", "\"btec-api/\"")]
    [InlineData("aud", "\"\"")]
    [InlineData("aud", "[]")]
    [InlineData("aud", "[\"other\"]")]
    [InlineData("aud", "null")]
    [InlineData("aud", null)]
    [InlineData("uid", null)]
    [InlineData("uid", "null")]
    [InlineData("uid", "0")]
    [InlineData("uid", "-1")]
    [InlineData("uid", "2147483647")]
    [InlineData("uid", "2147483648")]
    [InlineData("uid", "4294967297")]
    [InlineData("uid", "9223372036854775808")]
    [InlineData("uid", "1e400")]
    [InlineData("uid", "0.5")]
    [InlineData("uid", "true")]
    [InlineData("uid", "\"\"")]
    [InlineData("uid", "\"me\"")]
    [InlineData("uid", "\" 1\"")]
    [InlineData("uid", "[1]")]
    [InlineData("uid", "{\"id\":1}")]
    [InlineData("sid", null)]
    [InlineData("sid", "null")]
    [InlineData("sid", "1")]
    [InlineData("sid", "\"\"")]
    [InlineData("sid", "\"019a0000-0000-7000-8000-000000000000\"")]
    [InlineData("sid", "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("sid", "\"x\"")]
    [InlineData("sid", "[]")]
    [InlineData("sid", "{}")]
    [InlineData("exp", null)]
    [InlineData("exp", "null")]
    [InlineData("exp", "\"tomorrow\"")]
    [InlineData("exp", "true")]
    [InlineData("exp", "{}")]
    [InlineData("nbf", "253402300799")]
    [InlineData("nbf", "\"tomorrow\"")]
    [Asvs("9.2.3", "10.3.1")]
    public async Task A_token_with_a_wrong_or_missing_claim_is_refused(string claim, string? json)
    {
        var claims = await ClaimsOfNewUserAsync();
        claims.Remove(claim);
        if (json is not null)
            claims[claim] = JsonNode.Parse(json);

        await AssertInvalidAsync(TokenForge.Sign(TokenForge.Header(), claims));
    }

    [Fact]
    [Asvs("1.4.2", "15.3.5")]
    public async Task A_user_id_that_is_not_a_JSON_integer_is_refused()
    {
        var claims = await ClaimsOfNewUserAsync();
        var id = claims["uid"]!.GetValue<int>();

        foreach (var written in new[] { $"\"{id}\"", $"{id}.0", $"{id}e0", $"[{id}]" })
        {
            claims["uid"] = JsonNode.Parse(written);
            await AssertInvalidAsync(TokenForge.Sign(TokenForge.Header(), claims));
        }
    }

    [Theory]
    [InlineData("253402300799")]
    [InlineData("253402300800")]
    [InlineData("9223372036854775807")]
    [InlineData("-62135596800")]
    [InlineData("-9223372036854775808")]
    [InlineData("1e400")]
    [InlineData("-1")]
    [InlineData("0")]
    [Asvs("1.4.2")]
    public async Task Times_at_the_limits_of_the_calendar_cause_no_server_error(string time)
    {
        foreach (var claim in new[] { "exp", "nbf", "iat" })
        {
            var claims = await ClaimsOfNewUserAsync();
            claims[claim] = JsonNode.Parse(time);

            using var response = await _client.GetMeAsync(TokenForge.Sign(TokenForge.Header(), claims));

            Assert.True(
                response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized,
                $"The status is {(int)response.StatusCode} for {claim} {time}.");
        }
    }

    [Fact]
    public async Task Deeply_nested_claims_cause_no_server_error()
    {
        var nested = string.Concat(Enumerable.Repeat("[", 5_000)) + string.Concat(Enumerable.Repeat("]", 5_000));
        var claims = $$"""{"iss":"btec","aud":"btec-api","uid":1,"x":{{nested}}}""";
        var input = $"{Encode("""{"alg":"HS256","typ":"at+jwt"}""")}.{Encode(claims)}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(BtecApi.SigningKey), Encoding.ASCII.GetBytes(input));

        await AssertInvalidAsync($"{input}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}");
    }

    private static string Encode(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private async Task<JsonObject> ClaimsOfNewUserAsync() =>
        TokenForge.ClaimsOf((await _client.StartSessionOfNewUserAsync()).Access);

    private async Task AssertInvalidAsync(string token)
    {
        using var response = await _client.GetMeAsync(token);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }
}
