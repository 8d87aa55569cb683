using Btec.Api.Platform.Errors;

namespace Btec.Api.Platform.OpenApi;

/// <summary>The errors that a route answers in OAuth's form (RFC 6749 section 5.2).</summary>
internal sealed record OAuthErrorMetadata(IReadOnlyList<AuthError> Errors);
