using Btec.Data.Keys;

namespace Btec.Api.Features.OAuth;

/// <summary>An authorization code as a client presents it (RFC 6749 section 4.1.3, RFC 7636 section 4.5).</summary>
/// <param name="Code">The code.</param>
/// <param name="RedirectUri">The redirect URI that the code was sent to.</param>
/// <param name="Verifier">The code verifier.</param>
/// <param name="Resource">The resource of the access token (RFC 8707), or <see langword="null"/> for that of the authorization
/// request.</param>
internal sealed record PresentedCode(Secret Code, string RedirectUri, Secret Verifier, string? Resource);
