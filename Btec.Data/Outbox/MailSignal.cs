using System.Threading.Channels;

namespace Btec.Data.Outbox;

/// <summary>Wakes the sender of this process when there may be mail.</summary>
public sealed class MailSignal
{
    private readonly Channel<bool> _pulses = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Pulse() => _pulses.Writer.TryWrite(true);

    /// <summary>Waits for a pulse; any number since the last wait count as one.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _pulses.Reader.ReadAsync(cancellationToken);
}
