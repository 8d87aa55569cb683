namespace Btec.Api.Features.Broker;

/// <summary>The log of an unavailable broker: one line when it begins, and one when it ends.</summary>
internal sealed partial class BrokerOutage(ILogger<BrokerOutage> logger)
{
    private readonly Lock _lock = new();
    private bool _isOut;
    private bool _needsConfirmation;

    /// <summary>Notes that events cannot be published.</summary>
    /// <param name="reason">The reason, which is logged unless the outage has begun already.</param>
    /// <param name="needsConfirmation"><see langword="true"/> if an event was refused or left unanswered. A connection does not end
    /// that.</param>
    public void Begin(string reason, bool needsConfirmation)
    {
        lock (_lock)
        {
            _needsConfirmation |= needsConfirmation;
            if (_isOut)
                return;

            _isOut = true;
            LogUnavailable(reason);
        }
    }

    /// <summary>Notes that the broker accepts a connection, or events again.</summary>
    public void NoteOpen()
    {
        lock (_lock)
        {
            if (!_needsConfirmation)
                End();
        }
    }

    /// <summary>Notes that the broker has confirmed an event.</summary>
    public void NoteConfirmation()
    {
        lock (_lock)
        {
            _needsConfirmation = false;
            End();
        }
    }

    private void End()
    {
        if (!_isOut)
            return;

        _isOut = false;
        LogAvailable();
    }

    [LoggerMessage(LogLevel.Warning, "Events cannot be published to the broker at the moment, and wait in the database: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Information, "Events are published to the broker again.")]
    private partial void LogAvailable();
}
