using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>The signals of this process. A worker that sends nothing has none.</summary>
internal sealed class OutboxSignals(IEnumerable<OutboxSignal> signals)
{
    private readonly OutboxSignal[] _signals = [.. signals];

    /// <summary>Wakes the senders of the kinds that items are of.</summary>
    public void Pulse(IReadOnlyCollection<OutboxItem> items)
    {
        foreach (var signal in _signals)
        {
            if (items.Any(signal.IsFor))
                signal.Pulse();
        }
    }
}
