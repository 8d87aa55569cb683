using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Btec.Data.Keys;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Btec.Api.Features.OAuth;

/// <summary>What other services need to verify tokens and to find the endpoints.</summary>
public static class WellKnownEndpoints
{
    private const string Caching = "public, max-age=600";

    public static IEndpointRouteBuilder MapWellKnown(this IEndpointRouteBuilder endpoints)
    {
        var wellKnown = endpoints.MapGroup("/.well-known").WithTags("Tokens");

        wellKnown.MapGet("/jwks.json", GetKeysAsync)
            .WithName("GetKeys")
            .WithSummary("The public keys that access tokens are signed with")
            .WithDescription(
                "RFC 7517. Verify a token with the key that its kid names, and its iss, aud, exp and typ (at+jwt). A key is published "
                + "before the first token is signed with it, and until the last one has expired. Empty with Jwt:Algorithm HS256, which "
                + "has no public key.")
            .ProducesErrors(AuthError.Unavailable);

        wellKnown.MapGet("/oauth-authorization-server", GetMetadata)
            .WithName("GetMetadata")
            .WithSummary("Where the OAuth 2.0 endpoints are")
            .WithDescription("RFC 8414. The issuer is Jwt:Issuer where that is a URL, else the address of the API.");

        return endpoints;
    }

    private static async Task<Ok<KeySetResponse>> GetKeysAsync(IKeySource keys, HttpResponse response, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        response.Headers.CacheControl = Caching;
        return TypedResults.Ok(new KeySetResponse { Keys = [.. ring.Published.Select(PublicKeyResponse.From)] });
    }

    private static Ok<MetadataResponse> GetMetadata(
        HttpContext context, IOptions<PublicAddressOptions> address, IOptions<JwtOptions> jwt)
    {
        context.Response.Headers.CacheControl = Caching;
        var root = (address.Value.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}").TrimEnd('/');
        var issuer = Uri.TryCreate(jwt.Value.Issuer, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? jwt.Value.Issuer : root;
        return TypedResults.Ok(MetadataResponse.From(issuer, root));
    }
}

/// <summary>Public keys (RFC 7517 section 5).</summary>
public sealed record KeySetResponse
{
    /// <summary>The keys whose tokens may be alive, and the one that comes next.</summary>
    public required IReadOnlyList<PublicKeyResponse> Keys { get; init; }
}

/// <summary>A public key (RFC 7517 section 4, RFC 7518 section 6.2).</summary>
public sealed record PublicKeyResponse
{
    /// <summary>EC.</summary>
    public required string Kty { get; init; }

    /// <summary>P-256.</summary>
    public required string Crv { get; init; }

    /// <summary>The point's x, base64url.</summary>
    public required string X { get; init; }

    /// <summary>The point's y, base64url.</summary>
    public required string Y { get; init; }

    /// <summary>The key's id: its thumbprint (RFC 7638).</summary>
    public required string Kid { get; init; }

    /// <summary>sig.</summary>
    public required string Use { get; init; }

    /// <summary>ES256.</summary>
    public required string Alg { get; init; }

    internal static PublicKeyResponse From(JsonWebKey key) =>
        new() { Kty = key.Kty, Crv = key.Crv, X = key.X, Y = key.Y, Kid = key.Kid, Use = key.Use, Alg = key.Alg };
}

/// <summary>Metadata of the authorization server (RFC 8414 section 2).</summary>
public sealed record MetadataResponse
{
    /// <summary>The issuer's identifier.</summary>
    public required string Issuer { get; init; }

    /// <summary>Where tokens are got and refreshed.</summary>
    public required string TokenEndpoint { get; init; }

    /// <summary>Where tokens are revoked.</summary>
    public required string RevocationEndpoint { get; init; }

    /// <summary>Where superusers ask about tokens.</summary>
    public required string IntrospectionEndpoint { get; init; }

    /// <summary>Where the public keys are.</summary>
    public required string JwksUri { get; init; }

    /// <summary>password and refresh_token.</summary>
    public required IReadOnlyList<string> GrantTypesSupported { get; init; }

    /// <summary>None: there is no authorization endpoint.</summary>
    public required IReadOnlyList<string> ResponseTypesSupported { get; init; }

    /// <summary>none: clients are public.</summary>
    public required IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; init; }

    /// <summary>none: whoever has a token may revoke it.</summary>
    public required IReadOnlyList<string> RevocationEndpointAuthMethodsSupported { get; init; }

    /// <summary>Bearer: superusers ask with their access token.</summary>
    public required IReadOnlyList<string> IntrospectionEndpointAuthMethodsSupported { get; init; }

    /// <summary>Where the documentation is.</summary>
    public required string ServiceDocumentation { get; init; }

    internal static MetadataResponse From(string issuer, string root) => new()
    {
        Issuer = issuer,
        TokenEndpoint = $"{root}/api/auth/token",
        RevocationEndpoint = $"{root}/api/auth/revoke",
        IntrospectionEndpoint = $"{root}/api/auth/introspect",
        JwksUri = $"{root}/.well-known/jwks.json",
        GrantTypesSupported = ["password", "refresh_token"],
        ResponseTypesSupported = [],
        TokenEndpointAuthMethodsSupported = ["none"],
        RevocationEndpointAuthMethodsSupported = ["none"],
        IntrospectionEndpointAuthMethodsSupported = ["Bearer"],
        ServiceDocumentation = $"{root}/docs",
    };
}
