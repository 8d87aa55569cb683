using Btec.Api.Platform.Requests;
using Btec.Data.Keys;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>A login that waits for the provider.</summary>
[JsonExample("""{"authorization_url": "https://provider.example/authorize?…", "expires_in": 600}""")]
public sealed record StartedExternalLoginResponse
{
    /// <summary>The URL to which the browser goes.</summary>
    public required Secret AuthorizationUrl { get; init; }

    /// <summary>The number of seconds in which the provider must answer.</summary>
    public required int ExpiresIn { get; init; }
}
