using Btec.Api.Platform.BearerTokens;
using Btec.Api.Platform.Clients;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Http;
using Btec.Api.Platform.OpenApi;
using Btec.Data.Keys;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.OAuth;

/// <summary>The public keys and the metadata that other services read.</summary>
internal static class WellKnownEndpoints
{
    private const string Caching = "public, max-age=600";
    private const string NoCaching = "no-store";

    public static IEndpointRouteBuilder MapWellKnown(this IEndpointRouteBuilder endpoints)
    {
        var wellKnown = endpoints.MapGroup("/.well-known").WithTags("Tokens");

        wellKnown.MapGet("/jwks.json", GetKeysAsync)
            .WithName("GetKeys")
            .WithSummary("Get the public keys of tokens")
            .WithDescription(
                "A JSON Web Key Set (RFC 7517). Verify a token with the key that its kid names, and check its iss, aud, exp and typ "
                + "(at+jwt for access tokens). A key is published before the first token is signed with it and until the last one has "
                + "expired. The RSA keys sign id tokens and, with Jwt:Algorithm set to HS256, the access tokens of clients; with ES256, the "
                + "EC keys sign every access token.")
            .ProducesErrors(AuthError.Unavailable);

        wellKnown.MapGet("/oauth-authorization-server", GetMetadata)
            .WithName("GetMetadata")
            .WithSummary("Get the metadata of the authorization server")
            .WithDescription("RFC 8414. The issuer is the iss of every token: Jwt:Issuer, by default PublicUrl, or else btec.");

        wellKnown.MapGet("/openid-configuration", GetMetadata)
            .WithName("GetOpenIdConfiguration")
            .WithSummary("Get the configuration for OpenID Connect")
            .WithDescription("OpenID Connect Discovery 1.0 section 4: the same document as /.well-known/oauth-authorization-server.");

        return endpoints;
    }

    private static async Task<Ok<KeySetResponse>> GetKeysAsync(TokenKeys keys, HttpResponse response, CancellationToken cancellationToken)
    {
        var published = await keys.ListPublishedAsync(cancellationToken);
        response.Headers.CacheControl = Caching;
        return TypedResults.Ok(new KeySetResponse { Keys = [.. published.Select(PublicKeyResponse.From)] });
    }

    private static Ok<MetadataResponse> GetMetadata(HttpContext context, IOptions<JwtOptions> jwt, ScopeRules scopes)
    {
        var root = context.FindPublicUrl(out var isConfigured);
        // What the Host header of one client says must not reach another one through a cache.
        context.Response.Headers.CacheControl = isConfigured ? Caching : NoCaching;
        return TypedResults.Ok(MetadataResponse.From(jwt.Value.Issuer!, root, scopes.Names));
    }
}
