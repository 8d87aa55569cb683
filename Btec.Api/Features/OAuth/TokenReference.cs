using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.OAuth;

/// <summary>A token to revoke or introspect (RFC 7009 section 2.1, RFC 7662 section 2.1). It describes the form in the API
/// reference.</summary>
[JsonExample("""{"token": "kC2o0X9Vq3m0lqWc1yZ8t4f6h2s7d5a9b1e3r0u6w8Y"}""")]
public sealed record TokenReference
{
    /// <summary>An access token or a refresh token.</summary>
    public required Secret Token { get; init; }

    /// <summary>Accepted and ignored: the two kinds of token cannot be confused.</summary>
    public string? TokenTypeHint { get; init; }
}
