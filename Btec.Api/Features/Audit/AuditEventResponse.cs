using System.Text.Json;
using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Audit;

/// <summary>An audit event.</summary>
[JsonExample("""
    {
        "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a69", "occurred_at": "2026-01-31T09:30:00.000000Z", "type": "login", "outcome": "success",
        "actor_id": 1, "user_id": 1, "session_id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a70", "address": "203.0.113.7",
        "user_agent": "Mozilla/5.0", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "details": null
    }
    """)]
public sealed record AuditEventResponse
{
    /// <summary>The event's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The time of the event.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The type of the event; docs/audit.md lists all types.</summary>
    public required string Type { get; init; }

    /// <summary>success, or the code of the error.</summary>
    public required string Outcome { get; init; }

    /// <summary>The user who acted, or null if unknown.</summary>
    public required int? ActorId { get; init; }

    /// <summary>The user whom the event is about, or null.</summary>
    public required int? UserId { get; init; }

    /// <summary>The session that the event is about, or null.</summary>
    public required Guid? SessionId { get; init; }

    /// <summary>The IP address of the client, or null.</summary>
    public required string? Address { get; init; }

    /// <summary>The User-Agent of the client, at most 255 characters, or null.</summary>
    public required string? UserAgent { get; init; }

    /// <summary>The trace id of the request, as in its log lines and problem, or null.</summary>
    public required string? TraceId { get; init; }

    /// <summary>Further facts, which depend on the type, or null.</summary>
    public required JsonElement? Details { get; init; }

    internal static AuditEventResponse From(AuditEvent audited) => new()
    {
        Id = audited.Id,
        OccurredAt = audited.OccurredAt,
        Type = audited.Type,
        Outcome = audited.Outcome,
        ActorId = audited.ActorId,
        UserId = audited.UserId,
        SessionId = audited.SessionId,
        Address = audited.Address,
        UserAgent = audited.UserAgent,
        TraceId = audited.TraceId,
        Details = audited.Details is null ? null : JsonElement.Parse(audited.Details),
    };
}
