using Btec.Api.Features.ExternalProviders;
using Btec.Api.Platform.Requests;
using Btec.Data.Accounts;
using Btec.Data.Keys;

namespace Btec.Api.Features.OAuth;

/// <summary>The metadata of the authorization server (RFC 8414 section 2, OpenID Connect Discovery 1.0 section 3).</summary>
[JsonExample("""
    {
        "issuer": "https://auth.example.com",
        "authorization_endpoint": "https://auth.example.com/oauth/authorize",
        "token_endpoint": "https://auth.example.com/api/auth/token",
        "userinfo_endpoint": "https://auth.example.com/oauth/userinfo",
        "end_session_endpoint": "https://auth.example.com/oauth/logout",
        "revocation_endpoint": "https://auth.example.com/api/auth/revoke",
        "introspection_endpoint": "https://auth.example.com/api/auth/introspect",
        "jwks_uri": "https://auth.example.com/.well-known/jwks.json",
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid", "name", "email",
            "email_verified"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials", "password",
            "urn:btec:params:oauth:grant-type:mfa", "urn:btec:params:oauth:grant-type:external"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "acr_values_supported": ["urn:btec:acr:1", "urn:btec:acr:mfa", "phr"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "Bearer"],
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "service_documentation": "https://auth.example.com/docs"
    }
    """)]
public sealed record MetadataResponse
{
    /// <summary>The identifier of the issuer, which every token carries as iss.</summary>
    public required string Issuer { get; init; }

    /// <summary>The URL at which users sign in for a client.</summary>
    public required string AuthorizationEndpoint { get; init; }

    /// <summary>The URL that issues and refreshes tokens.</summary>
    public required string TokenEndpoint { get; init; }

    /// <summary>The URL that answers who the user of a token is.</summary>
    public required string UserinfoEndpoint { get; init; }

    /// <summary>The URL at which a client signs its user out (OpenID Connect RP-Initiated Logout 1.0).</summary>
    public required string EndSessionEndpoint { get; init; }

    /// <summary>The URL that revokes tokens.</summary>
    public required string RevocationEndpoint { get; init; }

    /// <summary>The URL that introspects tokens.</summary>
    public required string IntrospectionEndpoint { get; init; }

    /// <summary>The URL of the public keys.</summary>
    public required string JwksUri { get; init; }

    /// <summary>The scopes: those of OpenID Connect and of OAuth:Scopes.</summary>
    public required IReadOnlyList<string> ScopesSupported { get; init; }

    /// <summary>The claims of id tokens and of the userinfo endpoint.</summary>
    public required IReadOnlyList<string> ClaimsSupported { get; init; }

    /// <summary>The response types: code.</summary>
    public required IReadOnlyList<string> ResponseTypesSupported { get; init; }

    /// <summary>The response modes: query.</summary>
    public required IReadOnlyList<string> ResponseModesSupported { get; init; }

    /// <summary>The grant types.</summary>
    public required IReadOnlyList<string> GrantTypesSupported { get; init; }

    /// <summary>The subject types: public, because every client gets the same sub.</summary>
    public required IReadOnlyList<string> SubjectTypesSupported { get; init; }

    /// <summary>The algorithm of id tokens: RS256, whatever Jwt:Algorithm is.</summary>
    public required IReadOnlyList<string> IdTokenSigningAlgValuesSupported { get; init; }

    /// <summary>The classes of a proof of identity that acr_values and acr name.</summary>
    public required IReadOnlyList<string> AcrValuesSupported { get; init; }

    /// <summary>The values of prompt (Initiating User Registration via OpenID Connect 1.0 section 4.2).</summary>
    public required IReadOnlyList<string> PromptValuesSupported { get; init; }

    /// <summary>The methods of the code challenge, which every request needs: S256 (RFC 7636).</summary>
    public required IReadOnlyList<string> CodeChallengeMethodsSupported { get; init; }

    /// <summary>The client authentication of the token endpoint; none is that of public clients.</summary>
    public required IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; init; }

    /// <summary>The client authentication of the revocation endpoint: none suffices, because the holder of a token may revoke
    /// it.</summary>
    public required IReadOnlyList<string> RevocationEndpointAuthMethodsSupported { get; init; }

    /// <summary>The authentication of the introspection endpoint: that of a client which may introspect, or the access token of a
    /// superuser.</summary>
    public required IReadOnlyList<string> IntrospectionEndpointAuthMethodsSupported { get; init; }

    /// <summary>Always true: answers to a client name the issuer as iss (RFC 9207).</summary>
    public required bool AuthorizationResponseIssParameterSupported { get; init; }

    /// <summary>Always false: the parameter claims is ignored.</summary>
    public required bool ClaimsParameterSupported { get; init; }

    /// <summary>Always false: request is refused.</summary>
    public required bool RequestParameterSupported { get; init; }

    /// <summary>Always false: request_uri is refused. Without this member it would count as true.</summary>
    public required bool RequestUriParameterSupported { get; init; }

    /// <summary>Always true: a client with a back-channel logout URI is told when a session ends (OpenID Connect Back-Channel Logout
    /// 1.0).</summary>
    public required bool BackchannelLogoutSupported { get; init; }

    /// <summary>Always true: logout tokens name the session.</summary>
    public required bool BackchannelLogoutSessionSupported { get; init; }

    /// <summary>The URL of the API reference.</summary>
    public required string ServiceDocumentation { get; init; }

    internal static MetadataResponse From(string issuer, string root, IReadOnlyList<string> scopes) => new()
    {
        Issuer = issuer,
        AuthorizationEndpoint = $"{root}/oauth/authorize",
        TokenEndpoint = $"{root}/api/auth/token",
        UserinfoEndpoint = $"{root}/oauth/userinfo",
        EndSessionEndpoint = $"{root}/oauth/logout",
        RevocationEndpoint = $"{root}/api/auth/revoke",
        IntrospectionEndpoint = $"{root}/api/auth/introspect",
        JwksUri = $"{root}/.well-known/jwks.json",
        ScopesSupported = scopes,
        ClaimsSupported =
        [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid", "name", "email", "email_verified",
        ],
        ResponseTypesSupported = ["code"],
        ResponseModesSupported = ["query"],
        GrantTypesSupported =
        [
            "authorization_code", "refresh_token", "client_credentials", "password", OAuthEndpoints.MfaGrantType, ExternalGrant.Type,
        ],
        SubjectTypesSupported = ["public"],
        IdTokenSigningAlgValuesSupported = [JwtOptions.Rs256],
        AcrValuesSupported = [AuthenticationMethods.OneFactor, AuthenticationMethods.TwoFactors, AuthenticationMethods.PhishingResistant],
        PromptValuesSupported = ["none", "login", "consent", "select_account"],
        CodeChallengeMethodsSupported = ["S256"],
        TokenEndpointAuthMethodsSupported = ["client_secret_basic", "client_secret_post", "none"],
        RevocationEndpointAuthMethodsSupported = ["client_secret_basic", "client_secret_post", "none"],
        IntrospectionEndpointAuthMethodsSupported = ["client_secret_basic", "client_secret_post", "Bearer"],
        AuthorizationResponseIssParameterSupported = true,
        BackchannelLogoutSupported = true,
        BackchannelLogoutSessionSupported = true,
        ClaimsParameterSupported = false,
        RequestParameterSupported = false,
        RequestUriParameterSupported = false,
        ServiceDocumentation = $"{root}/docs",
    };
}
