namespace Btec.Api.Platform.RateLimiting;

/// <summary>One limit: a number of requests in a window of time.</summary>
internal sealed class QuotaOptions(int limit, TimeSpan window)
{
    /// <summary>The number of requests, from 1 to 1,000,000.</summary>
    public int Limit { get; set; } = limit;

    /// <summary>The window, from 1 second to 1 day.</summary>
    public TimeSpan Window { get; set; } = window;

    public Quota ToQuota() => new(Limit, Window);
}
