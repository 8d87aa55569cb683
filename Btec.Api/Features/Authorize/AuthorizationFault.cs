namespace Btec.Api.Features.Authorize;

/// <summary>An error that a client is told by a redirect (RFC 6749 section 4.1.2.1, OpenID Connect Core 1.0 section 3.1.2.6).</summary>
/// <param name="Error">The word of the standard.</param>
/// <param name="Description">A sentence for the developer of the client.</param>
internal sealed record AuthorizationFault(string Error, string Description)
{
    public static readonly AuthorizationFault AccessDenied = new("access_denied", "The user has refused.");

    public static readonly AuthorizationFault LoginRequired = new(
        "login_required", "The user must sign in, which prompt=none does not allow.");

    /// <summary>OpenID Connect Core 1.0 section 3.1.2.1, <c>id_token_hint</c>.</summary>
    public static readonly AuthorizationFault UserUnexpected = new(
        "login_required", "Another user than that of the id_token_hint has signed in.");

    public static readonly AuthorizationFault ConsentRequired = new(
        "consent_required", "The user must consent, which prompt=none does not allow.");

    /// <summary>OpenID Connect Core Unmet Authentication Requirements 1.0 section 2.</summary>
    public static readonly AuthorizationFault UnmetRequirements = new(
        "unmet_authentication_requirements", "The user has just signed in, but not in one of the ways of acr_values.");

    public static readonly AuthorizationFault ResponseTypeUnsupported = new(
        "unsupported_response_type", "The only response_type is code.");

    public static readonly AuthorizationFault ClientUnauthorized = new(
        "unauthorized_client", "The client may not use the grant authorization_code.");

    public static readonly AuthorizationFault RequestObjectUnsupported = new(
        "request_not_supported", "The parameter request is not supported.");

    public static readonly AuthorizationFault RequestUriUnsupported = new(
        "request_uri_not_supported", "The parameter request_uri is not supported.");

    public static readonly AuthorizationFault TargetInvalid = new(
        "invalid_target", "The resource must be one absolute URI without a fragment that the client is registered for.");

    public static readonly AuthorizationFault ScopeInvalid = new(
        "invalid_scope", "The scope is malformed, or has one that the client may not ask for.");

    public static AuthorizationFault Invalid(string description) => new("invalid_request", description);
}
