using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Keys;

/// <summary>Tokens whose header makes the server confuse one kind of key with another (RFC 8725 section 2.1). Only the header and
/// the signature are forged; the claims are those of a live session.</summary>
public abstract class AlgorithmConfusionTests(SharedApi shared)
{
    private readonly HttpClient _client = shared.Api.CreateClient();

    public sealed class OnSqlite(SqliteEs256Api shared) : AlgorithmConfusionTests(shared), IClassFixture<SqliteEs256Api>;

    public sealed class OnPostgres(PostgresEs256Api shared) : AlgorithmConfusionTests(shared), IClassFixture<PostgresEs256Api>;

    [Fact]
    public async Task A_public_key_is_not_accepted_as_an_HMAC_secret()
    {
        var (header, claims, key) = await LoginAsync();
        using var publicKey = KeyMoves.Import(key);
        var (x, y) = (Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), Base64Url.DecodeFromChars(key.GetProperty("y").GetString()));
        header["alg"] = "HS256";

        byte[][] secrets =
        [
            publicKey.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(publicKey.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(publicKey.ExportSubjectPublicKeyInfoPem() + "\n"), [.. x, .. y], [4, .. x, .. y], x,
            Encoding.UTF8.GetBytes(key.GetRawText()), Encoding.ASCII.GetBytes(key.GetProperty("kid").GetString()!),
        ];
        foreach (var secret in secrets)
        {
            await AssertInvalidAsync(TokenForge.Sign(header, claims, input => HMACSHA256.HashData(secret, input)));
            await AssertInvalidAsync(TokenForge.Sign(TokenForge.Header(), claims, input => HMACSHA256.HashData(secret, input)));
        }
    }

    [Fact]
    public async Task A_token_signed_with_the_configured_secret_is_refused()
    {
        var (header, claims, _) = await LoginAsync();

        await AssertInvalidAsync(TokenForge.Sign(TokenForge.Header(), claims));
        await AssertInvalidAsync(TokenForge.Sign(header, claims));
        header["alg"] = "HS256";
        await AssertInvalidAsync(TokenForge.Sign(header, claims));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("")]
    [InlineData("es256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("ES256K")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("EdDSA")]
    [InlineData("ECDH-ES")]
    [InlineData("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256")]
    [Asvs("9.1.2")]
    public async Task Every_other_algorithm_is_refused_with_a_signature_or_without(string algorithm)
    {
        var (header, claims, _) = await LoginAsync();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        header["alg"] = algorithm;

        await AssertInvalidAsync(TokenForge.Sign(header, claims, _ => []));
        await AssertInvalidAsync(TokenForge.Sign(header, claims, input => own.SignData(input, HashAlgorithmName.SHA256)));
        await AssertInvalidAsync(TokenForge.Sign(header, claims, input => own.SignData(input, HashAlgorithmName.SHA384)));
    }

    [Fact]
    [Asvs("9.1.3")]
    public async Task A_key_embedded_in_the_token_is_not_used()
    {
        var (header, claims, _) = await LoginAsync();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(includePrivateParameters: false).Q;
        header["jwk"] = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
        header["jku"] = "http://127.0.0.1:1/jwks.json";

        await AssertInvalidAsync(TokenForge.Sign(header, claims, Sign));
        header["kid"] = "another";
        await AssertInvalidAsync(TokenForge.Sign(header, claims, Sign));
        header.Remove("kid");
        await AssertInvalidAsync(TokenForge.Sign(header, claims, Sign));

        byte[] Sign(byte[] input) => own.SignData(input, HashAlgorithmName.SHA256);
    }

    [Fact]
    public async Task A_token_that_names_no_key_or_an_unknown_one_is_refused()
    {
        var token = await NewTokenAsync();
        var (header, claims) = Parts(token);
        var signature = Base64Url.DecodeFromChars(token.Split('.')[2]);

        JsonNode?[] names =
        [
            null, "", " ", "*", "../../dev/null", header["kid"]!.GetValue<string>() + "=", new JsonArray(header["kid"]!.DeepClone()),
        ];
        foreach (var name in names)
        {
            header["kid"] = name;
            await AssertInvalidAsync(TokenForge.Sign(header, claims, _ => signature));
        }
    }

    [Fact]
    public async Task A_signature_that_is_empty_zero_or_in_another_format_is_refused()
    {
        var token = await NewTokenAsync();
        var (header, claims) = Parts(token);
        var signature = Base64Url.DecodeFromChars(token.Split('.')[2]);
        var der = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (der.PushSequence())
        {
            der.WriteIntegerUnsigned(signature.AsSpan(0, 32).TrimStart((byte)0));
            der.WriteIntegerUnsigned(signature.AsSpan(32).TrimStart((byte)0));
        }

        // r = s = 0 verifies every message in implementations that do not check the range (CVE-2022-21449).
        foreach (var forged in new byte[][] { [], new byte[64], new byte[63], [.. signature, 0], signature[..63], der.Encode() })
            await AssertInvalidAsync($"{token[..token.LastIndexOf('.')]}.{Base64Url.EncodeToString(forged)}");

        using var whole = await _client.GetMeAsync(token);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        Assert.Equal("ES256", header["alg"]!.GetValue<string>());
        Assert.NotNull(claims["sid"]);
    }

    private async Task<(JsonObject Header, JsonObject Claims, JsonElement Key)> LoginAsync()
    {
        var (header, claims) = Parts(await NewTokenAsync());
        return (header, claims, Assert.Single(await _client.GetKeysAsync()));
    }

    private async Task<string> NewTokenAsync()
    {
        var email = ApiMoves.NewEmail();
        await _client.RegisterAsync(email);
        return await _client.LoginAsync(email);
    }

    private static (JsonObject Header, JsonObject Claims) Parts(string token)
    {
        var (header, claims) = TokenForge.Open(token);
        return (JsonObject.Create(header)!, JsonObject.Create(claims)!);
    }

    private async Task AssertInvalidAsync(string token)
    {
        using var response = await _client.GetMeAsync(token);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
    }
}

/// <summary>The same attacks on a server that signs with a shared secret.</summary>
public abstract class AlgorithmConfusionUnderASecretTests(SharedApi shared)
{
    public sealed class OnSqlite(SqliteApi shared) : AlgorithmConfusionUnderASecretTests(shared);

    public sealed class OnPostgres(PostgresApi shared) : AlgorithmConfusionUnderASecretTests(shared);

    [Fact]
    public async Task A_token_signed_with_an_elliptic_curve_key_is_refused()
    {
        var client = shared.Api.CreateClient();
        var email = ApiMoves.NewEmail();
        await client.RegisterAsync(email);
        var claims = JsonObject.Create(TokenForge.Open(await client.LoginAsync(email)).Claims)!;
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        foreach (var header in new[]
        {
            new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt" },
            new JsonObject { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = "1" },
        })
        {
            using var response = await client.GetMeAsync(
                TokenForge.Sign(header, claims, input => own.SignData(input, HashAlgorithmName.SHA256)));

            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "token_invalid");
        }
    }
}
