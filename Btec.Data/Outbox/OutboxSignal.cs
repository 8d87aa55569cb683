using System.Threading.Channels;
using Btec.Data.Model;

namespace Btec.Data.Outbox;

/// <summary>The signal that wakes the sender of one kind in this process.</summary>
public abstract class OutboxSignal
{
    private readonly Channel<bool> _pulses = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Returns whether an item is of the kind of this signal.</summary>
    public abstract bool IsFor(OutboxItem item);

    public void Pulse() => _pulses.Writer.TryWrite(true);

    /// <summary>Waits for a pulse. Several pulses since the last wait count as one.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _pulses.Reader.ReadAsync(cancellationToken);
}
