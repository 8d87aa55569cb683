using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Sessions;

/// <summary>A session, which is one login on one device.</summary>
[JsonExample("""
    {
        "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "user_agent": "Mozilla/5.0", "address": "203.0.113.7",
        "created_at": "2026-01-31T09:30:00.000000Z", "last_seen_at": "2026-02-01T08:15:00.000000Z",
        "expires_at": "2026-02-14T09:30:00.000000Z", "current": true, "client_id": null
    }
    """)]
public sealed record SessionResponse
{
    /// <summary>The session's id, which access tokens carry as sid.</summary>
    public required Guid Id { get; init; }

    /// <summary>The User-Agent of the login, at most 255 characters, or null.</summary>
    public required string? UserAgent { get; init; }

    /// <summary>The IP address of the login, or null.</summary>
    public required string? Address { get; init; }

    /// <summary>The time of the login.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the last request, to the minute.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>The time at which the session ends if it is not refreshed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>True for the session of this request.</summary>
    public required bool Current { get; init; }

    /// <summary>The registered client that the session was started for, or null.</summary>
    public required string? ClientId { get; init; }

    internal static SessionResponse From(Session session, Guid current) => new()
    {
        Id = session.Id,
        UserAgent = session.UserAgent,
        Address = session.Address,
        CreatedAt = session.CreatedAt,
        LastSeenAt = session.LastSeenAt,
        ExpiresAt = session.ExpiresAt,
        Current = session.Id == current,
        ClientId = session.ClientId,
    };
}
