using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>Validates the id tokens of a provider (OpenID Connect Core 1.0 section 3.1.3.7).</summary>
internal sealed class IdTokenReader(ExternalProviderOptions options, TimeProvider clock)
{
    /// <summary>The tolerance between the clocks of two operators. An estimate: both follow the time of the internet.</summary>
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(1);

    /// <summary>The signatures that are accepted if the provider announces them. Those with a shared secret are not: whoever knows a
    /// public key could use it as one.</summary>
    private static readonly string[] s_algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Validates an id token.</summary>
    /// <returns>The claims, or the reason why they are refused; and whether the key is one that the metadata do not have.</returns>
    public async Task<(JsonElement? Claims, string? Fault, bool IsKeyUnknown)> ReadAsync(
        string idToken, string nonce, OpenIdConnectConfiguration metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var allowed = s_algorithms.Intersect(ListAnnounced(metadata), StringComparer.Ordinal).ToList();
        var result = await _handler.ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            AlgorithmValidator = (algorithm, _, _, _) => allowed.Contains(algorithm, StringComparer.Ordinal),
            ValidIssuer = options.Issuer,
            ValidAudience = options.ClientId,
            IgnoreTrailingSlashWhenValidatingAudience = false,
            IssuerSigningKeys = metadata.SigningKeys.Where(key => key is not SymmetricSecurityKey),
            LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires),
        });
        if (!result.IsValid)
            return (null, result.Exception?.GetType().Name ?? "invalid", result.Exception is SecurityTokenSignatureKeyNotFoundException);

        var token = (JsonWebToken)result.SecurityToken;
        // The library reads numbers as texts.
        var claims = JsonElement.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        return FindFault(token, claims, nonce) is { } fault ? (null, fault, false) : (claims, null, false);
    }

    private static IEnumerable<string> ListAnnounced(OpenIdConnectConfiguration metadata) =>
        metadata.IdTokenSigningAlgValuesSupported.Count > 0
            ? metadata.IdTokenSigningAlgValuesSupported
            : [SecurityAlgorithms.RsaSha256];

    /// <summary>Checks what the library does not: authorized party, nonce, and extensions that it does not understand (RFC 7515 section
    /// 4.1.11).</summary>
    private string? FindFault(JsonWebToken token, JsonElement claims, string nonce)
    {
        if (token.TryGetHeaderValue<object>("crit", out _))
            return "crit";

        if (FindText(claims, JwtRegisteredClaimNames.Azp) is { } party ? party != options.ClientId : token.Audiences.Skip(1).Any())
            return JwtRegisteredClaimNames.Azp;

        return FindText(claims, JwtRegisteredClaimNames.Nonce) == nonce ? null : JwtRegisteredClaimNames.Nonce;
    }

    /// <summary>Returns a member that is a text.</summary>
    public static string? FindText(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private bool IsAlive(DateTime? notBefore, DateTime? expires)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires > now - s_clockSkew && (notBefore is null || notBefore <= now + s_clockSkew);
    }
}
