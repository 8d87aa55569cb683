namespace Btec.Api.Platform.RateLimiting;

/// <summary>The Lua scripts of <see cref="RedisAttempts"/>. Times are in microseconds of the clock of Redis.</summary>
internal static class RedisScripts
{
    private const string Now = "local t = redis.call('TIME') local now = t[1] * 1000000 + t[2] ";

    /// <summary>The same algorithm as <see cref="MemoryAttempts.AcquireAsync"/>, for any number of keys. Takes the interval and the
    /// window of each. Returns for each whether its quota admits the attempt and how long it takes until it is full again, and the
    /// current time.</summary>
    public const string Acquire = Now + """
        local full, admits, granted = {}, {}, true
        for i, key in ipairs(KEYS) do
          full[i] = math.max(tonumber(redis.call('GET', key) or 0), now)
          admits[i] = full[i] + ARGV[2 * i - 1] - now <= tonumber(ARGV[2 * i])
          granted = granted and admits[i]
        end
        local answer = {}
        for i, key in ipairs(KEYS) do
          if granted then
            full[i] = full[i] + ARGV[2 * i - 1]
            redis.call('SET', key, string.format('%.0f', full[i]), 'PX', math.max(1, math.ceil((full[i] - now) / 1000)))
          end
          answer[2 * i - 1] = admits[i] and 1 or 0
          answer[2 * i] = full[i] - now
        end
        answer[2 * #KEYS + 1] = now
        return answer
        """;

    /// <summary>The same as <see cref="MemoryAttempts.ReleaseAsync"/>. Takes the interval of each quota, and the time at which its
    /// unit will have been refilled.</summary>
    public const string Release = Now + """
        for i, key in ipairs(KEYS) do
          local full = tonumber(redis.call('GET', key) or 0)
          if full > now and tonumber(ARGV[2 * i]) > now then
            full = full - ARGV[2 * i - 1]
            if full > now then
              redis.call('SET', key, string.format('%.0f', full), 'PX', math.max(1, math.ceil((full - now) / 1000)))
            else
              redis.call('DEL', key)
            end
          end
        end
        return 1
        """;

    /// <summary>The same as <see cref="MemoryAttempts.CountAheadAsync"/>, with the delays of
    /// <see cref="Backoff.DelayAfter"/>.</summary>
    public const string CountAhead = Now + """
        local held = tonumber(redis.call('HGET', KEYS[1], 'held_until') or 0)
        if held > now then return {0, held} end
        local count = redis.call('HINCRBY', KEYS[1], 'count', 1)
        held = 0
        if count >= tonumber(ARGV[1]) then
          held = now + math.min(tonumber(ARGV[2]) * 2 ^ math.min(count - ARGV[1], 40), tonumber(ARGV[3]))
        end
        redis.call('HSET', KEYS[1], 'held_until', string.format('%.0f', held))
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return {1, held}
        """;

    /// <summary>The same as <see cref="MemoryAttempts.GiveBackAsync"/>.</summary>
    public const string GiveBack = """
        if redis.call('HINCRBY', KEYS[1], 'count', -1) <= 0 then return redis.call('DEL', KEYS[1]) end
        if redis.call('HGET', KEYS[1], 'held_until') == ARGV[1] then redis.call('HSET', KEYS[1], 'held_until', '0') end
        return 1
        """;
}
