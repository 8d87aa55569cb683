using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>A bounded table of values that expire. Read and change it within <see cref="Atomically"/>.</summary>
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

    /// <summary>Runs a function while no other thread uses the table.</summary>
    public TResult Atomically<TResult>(Func<ExpiringTable<TValue>, TResult> work)
    {
        lock (_lock)
            return work(this);
    }

    /// <summary>Returns the value of a key, or <see langword="null"/> if there is none.</summary>
    /// <param name="now">The current time, in ticks of any monotonic clock.</param>
    public TValue? Find(AttemptKey key, long now) =>
        _entries.TryGetValue(key, out var entry) && entry.ExpiresAt > now ? entry.Value : null;

    /// <summary>Stores a value until a time of the same clock.</summary>
    public void Set(AttemptKey key, TValue value, long expiresAt, long now)
    {
        if (_entries.Count >= capacity && !_entries.ContainsKey(key))
            MakeRoom(now);

        _entries[key] = new Entry(value, expiresAt);
    }

    /// <summary>Replaces the value of a key without changing when it expires, and returns whether there was one.</summary>
    public bool Replace(AttemptKey key, TValue value)
    {
        if (!_entries.TryGetValue(key, out var entry))
            return false;

        _entries[key] = entry with { Value = value };
        return true;
    }

    public bool Remove(AttemptKey key) => _entries.Remove(key);

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

    /// <param name="ExpiresAt">The time of expiry, in ticks of the clock.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(TValue Value, long ExpiresAt);
}
