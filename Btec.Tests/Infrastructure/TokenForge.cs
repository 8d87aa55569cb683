using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Btec.Tests.Infrastructure;

/// <summary>A hand-written builder of JSON Web Tokens, both such as the API issues and such as it never would.</summary>
public static class TokenForge
{
    /// <summary>Returns the header of the API's own tokens.</summary>
    public static JsonObject Header() => new() { ["alg"] = "HS256", ["typ"] = "at+jwt" };

    /// <summary>Returns the claims of an issued token, to change them or sign them again.</summary>
    public static JsonObject ClaimsOf(string token) => JsonObject.Create(Open(token).Claims)!;

    /// <summary>Returns the claims of the API's own tokens, for a session that does not exist.</summary>
    public static JsonObject Claims(BtecApi api, int userId, string email = "nobody@example.com")
    {
        ArgumentNullException.ThrowIfNull(api);
        var now = api.Clock.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = "btec",
            ["aud"] = "btec-api",
            ["sub"] = email,
            ["uid"] = userId,
            ["sid"] = "019a0000-0000-7000-8000-000000000000",
            ["jti"] = "forged",
            ["iat"] = now,
            ["exp"] = now + 3600,
        };
    }

    /// <summary>Signs a token with HMAC-SHA-256 under the API's key, whatever its header says.</summary>
    public static string Sign(JsonNode header, JsonNode claims) =>
        Sign(header, claims, input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(BtecApi.SigningKey), input));

    public static string Sign(JsonNode header, JsonNode claims, Func<byte[], byte[]> sign)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(sign);
        var input = $"{Encode(header.ToJsonString())}.{Encode(claims.ToJsonString())}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>Decodes the header and claims of a token without checking its signature.</summary>
    public static (JsonElement Header, JsonElement Claims) Open(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var parts = token.Split('.');
        return (Decode(parts[0]), Decode(parts[1]));
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static JsonElement Decode(string part) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(part));
}
