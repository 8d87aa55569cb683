using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>The signal that wakes the sender of webhooks of this process.</summary>
public sealed class WebhookSignal : OutboxSignal
{
    public override bool IsFor(OutboxItem item) => item is WebhookDelivery;
}
