using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.OAuth;

/// <summary>The metadata of the authorization server (RFC 8414 section 2).</summary>
[JsonExample("""
    {
        "issuer": "https://auth.example.com",
        "token_endpoint": "https://auth.example.com/api/auth/token",
        "revocation_endpoint": "https://auth.example.com/api/auth/revoke",
        "introspection_endpoint": "https://auth.example.com/api/auth/introspect",
        "jwks_uri": "https://auth.example.com/.well-known/jwks.json",
        "grant_types_supported": ["password", "refresh_token", "urn:btec:params:oauth:grant-type:mfa"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "introspection_endpoint_auth_methods_supported": ["Bearer"],
        "service_documentation": "https://auth.example.com/docs"
    }
    """)]
public sealed record MetadataResponse
{
    /// <summary>The identifier of the issuer, which every token carries as iss.</summary>
    public required string Issuer { get; init; }

    /// <summary>The URL that issues and refreshes tokens.</summary>
    public required string TokenEndpoint { get; init; }

    /// <summary>The URL that revokes tokens.</summary>
    public required string RevocationEndpoint { get; init; }

    /// <summary>The URL that introspects tokens.</summary>
    public required string IntrospectionEndpoint { get; init; }

    /// <summary>The URL of the public keys.</summary>
    public required string JwksUri { get; init; }

    /// <summary>The grant types: password, refresh_token and urn:btec:params:oauth:grant-type:mfa.</summary>
    public required IReadOnlyList<string> GrantTypesSupported { get; init; }

    /// <summary>The response types: none, because there is no authorization endpoint.</summary>
    public required IReadOnlyList<string> ResponseTypesSupported { get; init; }

    /// <summary>The client authentication of the token endpoint: none, because clients are public.</summary>
    public required IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; init; }

    /// <summary>The client authentication of the revocation endpoint: none, because the holder of a token may revoke
    /// it.</summary>
    public required IReadOnlyList<string> RevocationEndpointAuthMethodsSupported { get; init; }

    /// <summary>The authentication of the introspection endpoint: the access token of a superuser.</summary>
    public required IReadOnlyList<string> IntrospectionEndpointAuthMethodsSupported { get; init; }

    /// <summary>The URL of the API reference.</summary>
    public required string ServiceDocumentation { get; init; }

    internal static MetadataResponse From(string issuer, string root) => new()
    {
        Issuer = issuer,
        TokenEndpoint = $"{root}/api/auth/token",
        RevocationEndpoint = $"{root}/api/auth/revoke",
        IntrospectionEndpoint = $"{root}/api/auth/introspect",
        JwksUri = $"{root}/.well-known/jwks.json",
        GrantTypesSupported = ["password", "refresh_token", OAuthEndpoints.MfaGrantType],
        ResponseTypesSupported = [],
        TokenEndpointAuthMethodsSupported = ["none"],
        RevocationEndpointAuthMethodsSupported = ["none"],
        IntrospectionEndpointAuthMethodsSupported = ["Bearer"],
        ServiceDocumentation = $"{root}/docs",
    };
}
