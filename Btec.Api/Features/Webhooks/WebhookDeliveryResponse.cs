using Btec.Api.Platform.Requests;
using Btec.Data.Model;

namespace Btec.Api.Features.Webhooks;

/// <summary>The delivery of an event to a webhook.</summary>
[JsonExample("""
    {
        "id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a70", "event_id": "0198f0c2-6d1e-7a53-9f0e-3f1d2c4b5a71", "event_type": "user.created",
        "status": "pending", "attempts": 1, "next_attempt_at": "2026-01-31T09:30:05.000000Z", "sent_at": null, "abandoned_at": null,
        "last_error": "The receiver answered 503.", "response_status": 503, "response": "try later",
        "created_at": "2026-01-31T09:30:00.000000Z"
    }
    """)]
public sealed record WebhookDeliveryResponse
{
    internal const string Pending = "pending";
    internal const string Sent = "sent";
    internal const string Abandoned = "abandoned";

    /// <summary>The delivery's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The event's id: the webhook-id that the receiver gets, and the id of the audit event.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The type of the event.</summary>
    public required string EventType { get; init; }

    /// <summary>pending, sent or abandoned.</summary>
    public required string Status { get; init; }

    /// <summary>The number of attempts that were begun.</summary>
    public required int Attempts { get; init; }

    /// <summary>The time of the next attempt, or null if there is none.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The time at which the receiver accepted the event, or null.</summary>
    public required DateTimeOffset? SentAt { get; init; }

    /// <summary>The time at which the delivery was abandoned, or null.</summary>
    public required DateTimeOffset? AbandonedAt { get; init; }

    /// <summary>The fault of the last attempt, or null.</summary>
    public required string? LastError { get; init; }

    /// <summary>The status of the last answer, or null.</summary>
    public required int? ResponseStatus { get; init; }

    /// <summary>The beginning of the last answer, at most 1024 characters, or null.</summary>
    public required string? Response { get; init; }

    /// <summary>The time of the event, or of the request to send it again.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    internal static WebhookDeliveryResponse From(WebhookDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var status = delivery.SentAt is not null ? Sent : delivery.AbandonedAt is not null ? Abandoned : Pending;
        return new WebhookDeliveryResponse
        {
            Id = delivery.Id,
            EventId = delivery.EventId,
            EventType = delivery.EventType,
            Status = status,
            Attempts = delivery.Attempts,
            NextAttemptAt = status == Pending ? delivery.NextAttemptAt : null,
            SentAt = delivery.SentAt,
            AbandonedAt = delivery.AbandonedAt,
            LastError = delivery.LastError,
            ResponseStatus = delivery.ResponseStatus,
            Response = delivery.Response,
            CreatedAt = delivery.CreatedAt,
        };
    }
}
