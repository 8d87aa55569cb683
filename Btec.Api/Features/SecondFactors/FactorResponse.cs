using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.SecondFactors;

/// <summary>A second factor of the caller.</summary>
[JsonExample("""
    {
        "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "type": "totp", "name": "Phone",
        "created_at": "2026-01-31T09:30:00.000000Z", "last_used_at": null
    }
    """)]
public sealed record FactorResponse
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>totp for an authenticator application, or passkey.</summary>
    public required string Type { get; init; }

    /// <summary>The name that the user gave it, or null.</summary>
    public required string? Name { get; init; }

    /// <summary>The time at which it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which it last proved who the user is, or null.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    internal static FactorResponse From(ListedFactor factor) => new()
    {
        Id = factor.Id,
        Type = factor.Kind.ToWire(),
        Name = factor.Name,
        CreatedAt = factor.CreatedAt,
        LastUsedAt = factor.LastUsedAt,
    };
}
