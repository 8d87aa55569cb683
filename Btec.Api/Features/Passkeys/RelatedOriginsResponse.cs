using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Passkeys;

/// <summary>The other origins that may use the passkeys (Web Authentication Level 3, section 5.11).</summary>
[JsonExample("""{"origins": ["https://app.example.net"]}""")]
public sealed record RelatedOriginsResponse
{
    /// <summary>The origins.</summary>
    public required IReadOnlyList<string> Origins { get; init; }
}
