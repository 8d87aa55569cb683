using System.Security.Cryptography;

namespace Btec.Api.Mail;

/// <summary>When a mail is tried again.</summary>
internal static class RetrySchedule
{
    /// <summary>After the creation of a mail: whoever waits for it has given up too.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    public static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Percent of a delay that chance takes away, so that mails that failed together come back apart.</summary>
    private const int JitterPercent = 25;

    /// <summary>The next attempt, of which the last is a day after the creation; <see langword="null"/> when that was it.</summary>
    public static DateTimeOffset? FindNext(DateTimeOffset createdAt, int attempts, DateTimeOffset now)
    {
        var last = createdAt + GiveUpAfter;
        if (now >= last)
            return null;

        var next = now + GetDelay(attempts);
        return next < last ? next : last;
    }

    private static TimeSpan GetDelay(int attempts)
    {
        // 2^10 times the first delay is longer than the longest.
        var full = First * (1 << Math.Clamp(attempts - 1, 0, 10));
        var capped = full < Longest ? full : Longest;
        return capped * ((100 - RandomNumberGenerator.GetInt32(JitterPercent + 1)) / 100.0);
    }
}
