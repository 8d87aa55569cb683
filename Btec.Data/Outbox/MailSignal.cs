using System.Threading.Channels;

namespace Btec.Data.Outbox;

/// <summary>The signal that wakes the mail sender of this process.</summary>
public sealed class MailSignal
{
    private readonly Channel<bool> _pulses = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Pulse() => _pulses.Writer.TryWrite(true);

    /// <summary>Waits for a pulse. Several pulses since the last wait count as one.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _pulses.Reader.ReadAsync(cancellationToken);
}
