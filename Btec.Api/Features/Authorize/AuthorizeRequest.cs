using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Authorize;

/// <summary>An authorization request (RFC 6749 section 4.1.1, OpenID Connect Core 1.0 section 3.1.2.1). It describes the form in the API
/// reference.</summary>
[JsonExample("""
    {
        "client_id": "shop", "redirect_uri": "https://shop.example/callback", "response_type": "code", "scope": "openid email",
        "state": "af0ifjsldkj", "nonce": "n-0S6_WzA2Mj", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256"
    }
    """)]
public sealed record AuthorizeRequest
{
    /// <summary>The id of the client.</summary>
    public required string ClientId { get; init; }

    /// <summary>One of the client's redirect URIs, exactly as it is registered; a loopback address with any port.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Always code.</summary>
    public required string ResponseType { get; init; }

    /// <summary>The code challenge: the SHA-256 of the verifier, base64url (RFC 7636 section 4.2).</summary>
    public required string CodeChallenge { get; init; }

    /// <summary>Always S256.</summary>
    public required string CodeChallengeMethod { get; init; }

    /// <summary>The scopes, separated by spaces. Unknown ones are ignored.</summary>
    public string? Scope { get; init; }

    /// <summary>Returned as it is, at most 2,000 characters. It protects the client against cross-site request forgery.</summary>
    public string? State { get; init; }

    /// <summary>Returned in the id token, at most 2,000 characters.</summary>
    public string? Nonce { get; init; }

    /// <summary>The URI of the resource server that the access token is for (RFC 8707), one of those of the client.</summary>
    public string? Resource { get; init; }

    /// <summary>none, login, consent or select_account, separated by spaces. none goes with no other.</summary>
    public string? Prompt { get; init; }

    /// <summary>The longest time since the user signed in, in seconds.</summary>
    public int? MaxAge { get; init; }

    /// <summary>The classes of proof of which one is required, or a stronger one, separated by spaces: urn:btec:acr:1, urn:btec:acr:mfa,
    /// phr. Unknown ones are ignored.</summary>
    public string? AcrValues { get; init; }

    /// <summary>The e-mail address that the sign-in page begins with.</summary>
    public string? LoginHint { get; init; }

    /// <summary>An id token of the user who is expected. It may have expired.</summary>
    public string? IdTokenHint { get; init; }

    /// <summary>Always query, or left out.</summary>
    public string? ResponseMode { get; init; }
}
