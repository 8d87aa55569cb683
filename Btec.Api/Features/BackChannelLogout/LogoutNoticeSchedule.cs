namespace Btec.Api.Features.BackChannelLogout;

/// <summary>The delays between attempts to deliver a back-channel logout: they double from 5 seconds to an hour.</summary>
internal static class LogoutNoticeSchedule
{
    /// <summary>The age at which a notice is abandoned: one day. An access token of the session has long expired by then.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>The number of doublings after which every delay is capped: 5 s × 2^10 is 85 minutes.</summary>
    private const int MaxDoublings = 10;

    /// <summary>Returns the time of the next attempt, or <see langword="null"/> if the last one has been made.</summary>
    public static DateTimeOffset? FindNext(DateTimeOffset createdAt, int attempts, DateTimeOffset now)
    {
        var last = createdAt + GiveUpAfter;
        if (now >= last)
            return null;

        var delay = s_first * (1 << Math.Clamp(attempts - 1, 0, MaxDoublings));
        var next = now + (delay < s_longest ? delay : s_longest);
        return next < last ? next : last;
    }
}
