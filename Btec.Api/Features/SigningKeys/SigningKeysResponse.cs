using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.SigningKeys;

/// <summary>The keys that are published, newest first.</summary>
[JsonExample("""
    {
        "items": [
            {
                "key_id": "pQrVq3wmGGJ8fHnpvMVWcdKl2Lr1nYv0Tq4mT2bA7Hk", "algorithm": "ES256", "state": "current",
                "created_at": "2026-01-31T09:30:00.000000Z", "active_from": "2026-02-14T09:30:00.000000Z",
                "rotates_at": "2026-05-15T09:30:00.000000Z"
            }
        ]
    }
    """)]
public sealed record SigningKeysResponse
{
    /// <summary>The keys.</summary>
    public required IReadOnlyList<SigningKeyResponse> Items { get; init; }
}

/// <summary>A key that signs tokens.</summary>
public sealed record SigningKeyResponse
{
    /// <summary>The id, which tokens name as kid.</summary>
    public required string KeyId { get; init; }

    /// <summary>ES256 or RS256.</summary>
    public required string Algorithm { get; init; }

    /// <summary>next, current, or former: then it only verifies.</summary>
    public required string State { get; init; }

    /// <summary>The time from which the key is published.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time from which the key signs.</summary>
    public required DateTimeOffset ActiveFrom { get; init; }

    /// <summary>The time at which the next key takes over from the current one, or null for the others.</summary>
    public required DateTimeOffset? RotatesAt { get; init; }
}
