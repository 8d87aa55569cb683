using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Health;

/// <summary>The health of the API.</summary>
[JsonExample("""{"status": "ok", "version": "1.0.0"}""")]
public sealed record HealthResponse
{
    /// <summary>ok or unavailable.</summary>
    public required string Status { get; init; }

    /// <summary>The version of the API.</summary>
    public required string Version { get; init; }
}
