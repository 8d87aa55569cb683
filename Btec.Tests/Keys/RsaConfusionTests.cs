using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>Tokens that make the server take one of its keys for another kind of key (RFC 8725 section 2.1), where a shared secret and
/// public keys verify tokens side by side.</summary>
public abstract class RsaConfusionTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteApi shared) : RsaConfusionTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : RsaConfusionTests(shared);

    [Fact]
    public async Task A_public_RSA_key_is_not_accepted_as_an_HMAC_secret()
    {
        var (header, claims, key) = await IssueAsync();
        using var rsa = ClientTokenMoves.ImportRsa(key);
        byte[][] secrets =
        [
            rsa.ExportSubjectPublicKeyInfo(), rsa.ExportRSAPublicKey(), Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem() + "\n"), Encoding.ASCII.GetBytes(rsa.ExportRSAPublicKeyPem()),
            Encoding.UTF8.GetBytes(key.GetRawText()), rsa.ExportParameters(includePrivateParameters: false).Modulus!,
            Encoding.ASCII.GetBytes(key.GetProperty("n").GetString()!), Encoding.ASCII.GetBytes(key.GetProperty("kid").GetString()!),
        ];

        foreach (var secret in secrets)
        {
            header["alg"] = "HS256";
            await AssertInvalidAsync(TokenForge.Sign(header, claims, input => HMACSHA256.HashData(secret, input)));
            await AssertInvalidAsync(TokenForge.Sign(TokenForge.Header(), claims, input => HMACSHA256.HashData(secret, input)));
        }
    }

    [Fact]
    public async Task The_secret_does_not_verify_in_place_of_the_key_that_a_token_names()
    {
        var (header, claims, _) = await IssueAsync();

        // Under RS256, and under HS256 with the id of an RSA key.
        await AssertInvalidAsync(TokenForge.Sign(header, claims));
        header["alg"] = "HS256";
        await AssertInvalidAsync(TokenForge.Sign(header, claims));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("")]
    [InlineData("rs256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("HS512")]
    [InlineData("RSA-OAEP")]
    [InlineData("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")]
    [Asvs("9.1.2")]
    public async Task Every_other_algorithm_is_refused_with_a_signature_or_without(string algorithm)
    {
        var (header, claims, _) = await IssueAsync();
        using var own = RSA.Create(2048);
        header["alg"] = algorithm;

        await AssertInvalidAsync(TokenForge.Sign(header, claims, _ => []));
        await AssertInvalidAsync(TokenForge.Sign(header, claims, Sign));
        header.Remove("kid");
        await AssertInvalidAsync(TokenForge.Sign(header, claims, _ => []));
        await AssertInvalidAsync(TokenForge.Sign(header, claims, Sign));

        byte[] Sign(byte[] input) => own.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    [Fact]
    [Asvs("9.1.3")]
    public async Task A_foreign_RSA_key_is_not_accepted_whatever_it_is_named()
    {
        var (header, claims, _) = await IssueAsync();
        using var own = RSA.Create(2048);

        foreach (var name in new JsonNode?[] { header["kid"]!.DeepClone(), null, "", "1", "../../dev/null" })
        {
            header["kid"] = name?.DeepClone();
            await AssertInvalidAsync(TokenForge.Sign(
                header, claims, input => own.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        }
    }

    [Fact]
    public async Task Claims_that_were_changed_are_refused_although_the_token_itself_was_accepted_before()
    {
        var session = await shared.Api.StartClientSessionAsync();
        var token = await shared.Api.IssueClientTokenAsync(session);
        Assert.True((await shared.Api.IntrospectAsync(token)).GetProperty("active").GetBoolean());

        var parts = token.Split('.');
        var claims = TokenForge.ClaimsOf(token);
        claims["scope"] = "openid everything";
        var changed = TokenForge.Sign(JsonObject.Create(TokenForge.Open(token).Header)!, claims, _ => []);

        await AssertInvalidAsync(changed + parts[2]);
    }

    private async Task<(JsonObject Header, JsonObject Claims, JsonElement Key)> IssueAsync()
    {
        var token = await shared.Api.IssueClientTokenAsync(await shared.Api.StartClientSessionAsync());
        var key = (await _client.GetRsaKeysAsync()).Single(published => published.GetProperty("kid").GetString() == KeyMoves.KeyOf(token));
        return (JsonObject.Create(TokenForge.Open(token).Header)!, TokenForge.ClaimsOf(token), key);
    }

    private async Task AssertInvalidAsync(string token)
    {
        using var response = await _client.GetMeAsync(token);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }
}
