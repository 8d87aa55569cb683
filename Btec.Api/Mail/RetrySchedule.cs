using System.Security.Cryptography;

namespace Btec.Api.Mail;

/// <summary>The delays between attempts to send a mail. A permanent refusal is not retried (<see cref="DeliveryFailure"/>).</summary>
/// <remarks>Delays double from 5 seconds to an hour. RFC 5321 section 4.5.4.1 asks relays for 30 minutes between attempts and 4
/// to 5 days before giving up. This client only submits to its own server, and most links expire within a day, so it retries and
/// gives up sooner.</remarks>
internal static class RetrySchedule
{
    /// <summary>The age at which a mail is abandoned. Most links have expired by then, and the user has requested
    /// another.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    /// <summary>The delay after the first failure: the user is still waiting, and a restarting server is back in
    /// seconds.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    /// <summary>The longest delay, so that mails go out within an hour after an outage.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The largest random reduction of a delay, in per cent. It spreads mails that failed together.</summary>
    private const int JitterPercent = 25;

    /// <summary>The parts of a per cent in which the reduction is chosen.</summary>
    private const int PartsOfPercent = 1_000_000;

    /// <summary>The number of doublings after which every delay is capped: 5 s × 2^10 is 85 minutes.</summary>
    private const int MaxDoublings = 10;

    /// <summary>Returns the time of the next attempt, at the latest <see cref="GiveUpAfter"/> after the mail was created, or
    /// <see langword="null"/> if the last attempt has been made.</summary>
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
        var full = First * (1 << Math.Clamp(attempts - 1, 0, MaxDoublings));
        var capped = full < Longest ? full : Longest;
        var reduction = RandomNumberGenerator.GetInt32((JitterPercent * PartsOfPercent) + 1);
        return capped * (1 - (reduction / (100.0 * PartsOfPercent)));
    }
}
