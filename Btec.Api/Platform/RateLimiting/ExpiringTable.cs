using System.Runtime.InteropServices;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Values that are forgotten when their time is over, and before it when there are too many: those first that would be
/// forgotten soonest, which are those of whoever came once.</summary>
internal sealed class ExpiringTable<TValue>(int capacity)
    where TValue : struct
{
    private readonly Dictionary<AttemptKey, Entry> _entries = [];
    private readonly Lock _lock = new();

    /// <summary>How many there are, some of them perhaps over.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Looks at a value and puts another in its place, while nobody else does.</summary>
    /// <param name="now">The time, in ticks of any clock.</param>
    /// <param name="change">Gets the value, if there is one, and returns the next, or none to leave it as it is.</param>
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

    /// <summary>A tenth at a time, so that a flood pays for the search once in so many entries.</summary>
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

    /// <param name="Value">The value.</param>
    /// <param name="ExpiresAt">When it is forgotten, in ticks of the same clock.</param>
    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Entry(TValue Value, long ExpiresAt);
}
