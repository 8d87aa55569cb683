namespace Btec.Api.Features.Broker;

/// <summary>The outcome of an attempt to publish an event.</summary>
internal enum PublishOutcome
{
    /// <summary>The broker has taken responsibility for the event (AMQP 0-9-1 extension "Publisher Confirms": <c>basic.ack</c>).</summary>
    Confirmed,

    /// <summary>The broker has refused this event (<c>basic.nack</c>), such as for a full queue that rejects.</summary>
    Refused,

    /// <summary>The broker has not answered, or the connection was lost: it may have the event or not.</summary>
    Unknown,
}
