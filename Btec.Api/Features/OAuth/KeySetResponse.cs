using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.OAuth;

/// <summary>A JSON Web Key Set (RFC 7517 section 5).</summary>
[JsonExample($$"""{"keys": [{{PublicKeyResponse.Example}}]}""")]
public sealed record KeySetResponse
{
    /// <summary>The keys of tokens that may be valid, and the key that signs next.</summary>
    public required IReadOnlyList<PublicKeyResponse> Keys { get; init; }
}
