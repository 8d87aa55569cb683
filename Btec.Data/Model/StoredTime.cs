namespace Btec.Data.Model;

/// <summary>The time as both databases keep it.</summary>
public static class StoredTime
{
    /// <summary>Now, to the microsecond, which is as fine as PostgreSQL's <c>timestamptz</c>: what was stored is read back the same,
    /// and the time between the two is a whole number of seconds when it was.</summary>
    public static DateTimeOffset GetStoredNow(this TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMicrosecond));
    }
}
