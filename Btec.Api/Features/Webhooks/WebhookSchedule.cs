using System.Security.Cryptography;

namespace Btec.Api.Features.Webhooks;

/// <summary>The delays between attempts to deliver an event: those of Standard Webhooks 1.0.0, section "Deliverability and reliability",
/// as far as they fit into three days.</summary>
internal static class WebhookSchedule
{
    /// <summary>The age at which a delivery is abandoned (the API contract).</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    /// <summary>The longest time that a receiver can ask for with Retry-After. An estimate.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromDays(1);

    /// <summary>The largest random reduction of a delay, in per cent. It spreads what failed together.</summary>
    private const int JitterPercent = 20;

    private static readonly TimeSpan[] s_delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>Returns the time of the next attempt, or <see langword="null"/> if the last one has been made.</summary>
    /// <param name="createdAt">The time at which the delivery was written.</param>
    /// <param name="attempts">The number of attempts so far.</param>
    /// <param name="now">The current time.</param>
    /// <param name="retryAfter">The time that the receiver asked for.</param>
    public static DateTimeOffset? FindNext(DateTimeOffset createdAt, int attempts, DateTimeOffset now, TimeSpan? retryAfter)
    {
        var last = createdAt + GiveUpAfter;
        if (now >= last)
            return null;

        var full = s_delays[Math.Clamp(attempts, 1, s_delays.Length) - 1];
        var delay = full * (1 - (RandomNumberGenerator.GetInt32(JitterPercent + 1) / 100.0));
        if (retryAfter > delay)
            delay = retryAfter.Value < s_longestPause ? retryAfter.Value : s_longestPause;

        var next = now + delay;
        return next < last ? next : last;
    }
}
