using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>The signal that wakes the publisher to the broker of this process.</summary>
public sealed class BrokerSignal : OutboxSignal
{
    public override bool IsFor(OutboxItem item) => item is OutgoingEvent;
}
