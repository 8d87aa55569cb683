namespace Btec.Data.Model;

/// <summary>An event in the outbox on its way to the broker, written in the transaction of the audit event, whose id it has.</summary>
public sealed class OutgoingEvent : OutboxItem
{
    public required string EventType { get; init; }

    /// <summary>The event in the JSON format of CloudEvents 1.0.</summary>
    public required string Payload { get; init; }
}
