using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>The signal that wakes the mail sender of this process.</summary>
public sealed class MailSignal : OutboxSignal
{
    public override bool IsFor(OutboxItem item) => item is OutgoingMail;
}
