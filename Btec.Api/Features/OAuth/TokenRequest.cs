using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.OAuth;

/// <summary>A request for tokens (RFC 6749 sections 4.1.3, 4.3.2, 4.4.2, 4.5 and 6). It describes the form in the API reference.</summary>
[JsonExample("""{"grant_type": "refresh_token", "refresh_token": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y"}""")]
public sealed record TokenRequest
{
    /// <summary>password, refresh_token, authorization_code, client_credentials, urn:btec:params:oauth:grant-type:mfa or
    /// urn:btec:params:oauth:grant-type:external.</summary>
    public required string GrantType { get; init; }

    /// <summary>The e-mail address, for grant_type=password.</summary>
    public string? Username { get; init; }

    /// <summary>The password, for grant_type=password.</summary>
    public Secret? Password { get; init; }

    /// <summary>A code of an authenticator application: for an account with a second factor, with its password or with mfa_token.</summary>
    public Secret? Otp { get; init; }

    /// <summary>The mfa_token that came with mfa_required, for grant_type=urn:btec:params:oauth:grant-type:mfa.</summary>
    public Secret? MfaToken { get; init; }

    /// <summary>A recovery code, with mfa_token and in place of otp.</summary>
    public Secret? RecoveryCode { get; init; }

    /// <summary>The refresh token, for grant_type=refresh_token.</summary>
    public Secret? RefreshToken { get; init; }

    /// <summary>The id of a registered client, for grant_type=authorization_code, client_credentials and the refresh_token of a client,
    /// unless the client authenticates with Authorization: Basic.</summary>
    public string? ClientId { get; init; }

    /// <summary>The secret of a confidential client, unless it authenticates with Authorization: Basic.</summary>
    public Secret? ClientSecret { get; init; }

    /// <summary>The scopes, separated by spaces, for grant_type=client_credentials; for the refresh_token of a client, some of those that
    /// were granted.</summary>
    public string? Scope { get; init; }

    /// <summary>The authorization code, for grant_type=authorization_code, or the one-time code of a login at a provider.</summary>
    public Secret? Code { get; init; }

    /// <summary>The redirect URI of the authorization request, for grant_type=authorization_code.</summary>
    public string? RedirectUri { get; init; }

    /// <summary>The code verifier (RFC 7636), 43 to 128 characters, with code.</summary>
    public Secret? CodeVerifier { get; init; }

    /// <summary>The resource that the access token is for (RFC 8707): that of the authorization request for grant_type=authorization_code
    /// and the refresh_token of a client, one of the client's for grant_type=client_credentials.</summary>
    public string? Resource { get; init; }
}
