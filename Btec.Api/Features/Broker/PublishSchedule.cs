namespace Btec.Api.Features.Broker;

/// <summary>The delays between attempts to publish an event.</summary>
internal static class PublishSchedule
{
    /// <summary>The first delay. An estimate: an outage that is shorter is not noticed by anybody.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);

    /// <summary>The longest delay. An estimate: a queue that was full is drained by then.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>The number of doublings after which the delay is longer than the longest.</summary>
    private const int MaxDoublings = 6;

    /// <summary>Returns the delay after a number of attempts, each twice as long as the one before.</summary>
    public static TimeSpan FindDelay(int attempts)
    {
        var delay = FirstDelay * (1 << Math.Clamp(attempts - 1, 0, MaxDoublings));
        return delay < LongestDelay ? delay : LongestDelay;
    }
}
