namespace Btec.Data.Model;

/// <summary>An event in the outbox on its way to a webhook, written in the transaction of the audit event.</summary>
public sealed class WebhookDelivery : OutboxItem
{
    /// <summary>The maximum length of the stored part of an answer, in characters.</summary>
    public const int ResponseMaxLength = 1024;

    /// <summary>The webhook. Not a foreign key: a webhook that is deleted meanwhile must not fail the change that the event reports.</summary>
    public required Guid WebhookId { get; init; }

    /// <summary>The id of the event, which is that of the audit event. It stays the same when the delivery is repeated.</summary>
    public required Guid EventId { get; init; }

    public required string EventType { get; init; }

    /// <summary>The body of the request.</summary>
    public required string Payload { get; init; }

    /// <summary>The status of the last answer, or <see langword="null"/> if there was none.</summary>
    public int? ResponseStatus { get; set; }

    /// <summary>The beginning of the last answer.</summary>
    public string? Response { get; set; }
}
