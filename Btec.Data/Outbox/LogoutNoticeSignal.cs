using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>The signal that wakes the sender of back-channel logouts of this process.</summary>
public sealed class LogoutNoticeSignal : OutboxSignal
{
    public override bool IsFor(OutboxItem item) => item is LogoutNotice;
}
