using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>An external login that opens the caller's account.</summary>
[JsonExample("""
    {
        "id": "019ace5f-5b5c-7d7e-8f00-a1b2c3d4e5f6", "provider": "google", "display_name": "Google", "email": "ada@example.com",
        "created_at": "2026-01-31T09:30:00.000000Z", "last_used_at": null
    }
    """)]
public sealed record IdentityResponse
{
    /// <summary>The id of the link.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The name of the provider that people read.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The address that the provider named when the login was linked, or null. It may be another one than that of the
    /// account.</summary>
    public required string? Email { get; init; }

    /// <summary>The time at which the login was linked.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time at which somebody last logged in by it, or null.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    internal static IdentityResponse From(ExternalIdentity identity, ExternalProviderList providers) => new()
    {
        Id = identity.Id,
        Provider = identity.Provider,
        DisplayName = providers.Find(identity.Provider)?.DisplayName ?? identity.Provider,
        Email = identity.Email,
        CreatedAt = identity.CreatedAt,
        LastUsedAt = identity.LastUsedAt,
    };
}

/// <summary>The external logins that open the caller's account.</summary>
[JsonExample("""
    {
        "items": [{
            "id": "019ace5f-5b5c-7d7e-8f00-a1b2c3d4e5f6", "provider": "google", "display_name": "Google", "email": "ada@example.com",
            "created_at": "2026-01-31T09:30:00.000000Z", "last_used_at": null
        }]
    }
    """)]
public sealed record IdentitiesResponse
{
    /// <summary>The logins, oldest first.</summary>
    public required IReadOnlyList<IdentityResponse> Items { get; init; }
}
