using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Authorize;

/// <summary>A logout that a client begins (OpenID Connect RP-Initiated Logout 1.0 section 2). It describes the form in the API
/// reference.</summary>
[JsonExample("""{"client_id": "shop", "post_logout_redirect_uri": "https://shop.example/bye", "state": "af0ifjsldkj"}""")]
public sealed record LogoutRequest
{
    /// <summary>An id token of the user who is to be signed out. It may have expired. Without it the user is asked.</summary>
    public string? IdTokenHint { get; init; }

    /// <summary>The id of the client, if there is no id_token_hint.</summary>
    public string? ClientId { get; init; }

    /// <summary>One of the client's registered URIs, to which the browser returns.</summary>
    public string? PostLogoutRedirectUri { get; init; }

    /// <summary>Returned as it is.</summary>
    public string? State { get; init; }
}
