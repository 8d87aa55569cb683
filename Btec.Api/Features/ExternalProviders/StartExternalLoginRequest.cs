using System.Reflection;
using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The beginning of a login at a provider.</summary>
[JsonExample("""{"redirect_uri": "https://app.example.com/callback", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}""")]
public sealed record StartExternalLoginRequest : IBindableFromHttpContext<StartExternalLoginRequest>
{
    /// <summary>The URI to which the browser goes with the one-time code: one of a first-party client, of External:RedirectUris, or of the
    /// built-in pages. It is compared exactly.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>The S256 code challenge (RFC 7636 section 4.2), whose verifier redeems the one-time code.</summary>
    [ValidCodeChallenge]
    public required string CodeChallenge { get; init; }

    public static ValueTask<StartExternalLoginRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        JsonBody.ReadAsync<StartExternalLoginRequest>(context);
}
