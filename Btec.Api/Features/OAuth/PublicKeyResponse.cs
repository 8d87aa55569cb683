using System.Text.Json.Serialization;
using Btec.Api.Platform.Requests;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Features.OAuth;

/// <summary>A public key (RFC 7517 section 4, RFC 7518 section 6).</summary>
[JsonExample(Example)]
public sealed record PublicKeyResponse
{
    /// <summary>The key of RFC 7517 appendix A.1, under its thumbprint.</summary>
    internal const string Example = """
        {
            "kty": "EC", "crv": "P-256",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
            "kid": "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", "use": "sig", "alg": "ES256"
        }
        """;

    /// <summary>The key type, RSA or EC.</summary>
    public required string Kty { get; init; }

    /// <summary>The curve of an EC key, always P-256.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Crv { get; init; }

    /// <summary>The x coordinate of the point of an EC key, base64url.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? X { get; init; }

    /// <summary>The y coordinate of the point of an EC key, base64url.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Y { get; init; }

    /// <summary>The modulus of an RSA key, base64url.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? N { get; init; }

    /// <summary>The exponent of an RSA key, base64url.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? E { get; init; }

    /// <summary>The id of the key, which is its thumbprint (RFC 7638).</summary>
    public required string Kid { get; init; }

    /// <summary>The use of the key, always sig.</summary>
    public required string Use { get; init; }

    /// <summary>The algorithm: RS256 with an RSA key, ES256 with an EC key.</summary>
    public required string Alg { get; init; }

    internal static PublicKeyResponse From(JsonWebKey key) =>
        new() { Kty = key.Kty, Crv = key.Crv, X = key.X, Y = key.Y, N = key.N, E = key.E, Kid = key.Kid, Use = key.Use, Alg = key.Alg };
}
