namespace Btec.Data.Model;

/// <summary>The current time in the precision of both databases.</summary>
public static class StoredTime
{
    /// <summary>Returns the current time in microseconds, the precision of PostgreSQL's <c>timestamptz</c>, so that a stored
    /// time is read back unchanged.</summary>
    public static DateTimeOffset GetStoredNow(this TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMicrosecond));
    }
}
