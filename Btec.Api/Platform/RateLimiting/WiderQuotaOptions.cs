namespace Btec.Api.Platform.RateLimiting;

/// <summary>The limit of a network that contains several addresses. By default it is a multiple of the limit of one
/// address.</summary>
internal sealed class WiderQuotaOptions(int factor)
{
    /// <summary>The number of requests, from 1 to 1,000,000.</summary>
    public int? Limit { get; set; }

    /// <summary>The window, from 1 second to 1 day.</summary>
    public TimeSpan? Window { get; set; }

    /// <summary>Returns the quota, taking what is not set from the limit of one address.</summary>
    public Quota ToQuota(QuotaOptions perAddress)
    {
        ArgumentNullException.ThrowIfNull(perAddress);
        return new Quota(Limit ?? (factor * perAddress.Limit), Window ?? perAddress.Window);
    }
}
