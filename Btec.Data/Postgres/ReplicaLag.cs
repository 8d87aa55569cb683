namespace Btec.Data.Postgres;

/// <summary>The upper bound of how far a standby is behind. Positions of the primary's log are noted with the time before which they were
/// read; once the standby has replayed one, it shows all that was committed before that time.</summary>
/// <remarks>Only the clock of this process counts. The time stamps that PostgreSQL itself offers say nothing while the primary writes
/// nothing, nor on a standby that is cut off.</remarks>
/// <param name="limit">The greatest lag of interest.</param>
internal sealed class ReplicaLag(TimeSpan limit, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Queue<(long AskedAt, long Position)> _notReplayed = new();
    private long? _currentAt;

    /// <summary>Gets a value indicating whether the standby shows a state that is not older than the limit.</summary>
    public bool IsWithinLimit
    {
        get
        {
            lock (_lock)
                return _currentAt is { } timestamp && clock.GetElapsedTime(timestamp) <= limit;
        }
    }

    /// <summary>Notes one look at both servers.</summary>
    /// <param name="askedAt">The timestamp before the primary was asked.</param>
    /// <param name="written">The position up to which the primary had written its log.</param>
    /// <param name="replayed">The position up to which the standby has replayed it.</param>
    public void Note(long askedAt, long written, long replayed)
    {
        lock (_lock)
        {
            _notReplayed.Enqueue((askedAt, written));
            while (_notReplayed.TryPeek(out var oldest) && (oldest.Position <= replayed || clock.GetElapsedTime(oldest.AskedAt) > limit))
            {
                _notReplayed.Dequeue();
                if (oldest.Position <= replayed)
                    _currentAt = oldest.AskedAt;
            }
        }
    }
}
