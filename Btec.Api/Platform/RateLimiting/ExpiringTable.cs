using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>A bounded table of values that expire.</summary>
/// <remarks>When the table is full, the entries that would expire soonest are evicted. Those belong to keys that were seen once,
/// so a flood of new keys does not evict a key that is being limited.</remarks>
internal sealed class ExpiringTable<TValue>(int capacity)
    where TValue : struct
{
    private readonly Dictionary<AttemptKey, Entry> _entries = [];
    private readonly Lock _lock = new();

    /// <summary>The number of entries, including expired ones that have not been removed yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Reads and replaces a value atomically.</summary>
    /// <param name="now">The current time, in ticks of any monotonic clock.</param>
    /// <param name="change">Receives the value, or <see langword="null"/> if there is none, and returns the next entry, or
    /// <see langword="null"/> to leave the table as it is.</param>
    public TResult Change<TResult>(AttemptKey key, long now, Func<TValue?, (Entry? Next, TResult Result)> change)
    {
        lock (_lock)
        {
            TValue? current = _entries.TryGetValue(key, out var entry) && entry.ExpiresAt > now ? entry.Value : null;
            var (next, result) = change(current);
            if (next is { } replacement)
            {
                if (_entries.Count >= capacity && !_entries.ContainsKey(key))
                    MakeRoom(now);

                _entries[key] = replacement;
            }

            return result;
        }
    }

    public bool Remove(AttemptKey key)
    {
        lock (_lock)
            return _entries.Remove(key);
    }

    /// <summary>Evicts a tenth of the table at once, so that a flood does not sort the table for every entry.</summary>
    private void MakeRoom(long now)
    {
        foreach (var (key, entry) in _entries)
        {
            if (entry.ExpiresAt <= now)
                _entries.Remove(key);
        }

        var excess = _entries.Count - (capacity - Math.Max(1, capacity / 10));
        if (excess <= 0)
            return;

        foreach (var (key, _) in _entries.OrderBy(entry => entry.Value.ExpiresAt).Take(excess).ToList())
            _entries.Remove(key);
    }

    /// <param name="ExpiresAt">The time of expiry, in ticks of the same clock.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Entry(TValue Value, long ExpiresAt);
}
