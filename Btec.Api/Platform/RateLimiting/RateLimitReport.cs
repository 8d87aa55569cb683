using System.Globalization;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The rate-limit headers of a response (draft-ietf-httpapi-ratelimit-headers-10).</summary>
internal sealed class RateLimitReport
{
    public const string Header = "RateLimit";

    public const string PolicyHeader = "RateLimit-Policy";

    private readonly List<(string Name, RateLimitLease Lease, bool IsPrivate)> _leases = [];

    /// <summary>Adds the lease of one limit to the headers of the response.</summary>
    /// <param name="isPrivate"><see langword="true"/> if only a response of 429 states what is left.</param>
    public static void Add(HttpContext context, string name, RateLimitLease lease, bool isPrivate = false)
    {
        var report = context.Features.Get<RateLimitReport>();
        if (report is null)
        {
            report = new RateLimitReport();
            context.Features.Set(report);
            // As late as possible, because the exception handler clears the headers.
            context.Response.OnStarting(state => ((RateLimitReport)state).WriteAsync(context.Response), report);
        }

        // If two limits share a name, the later one is the stricter.
        report._leases.RemoveAll(added => added.Name == name);
        report._leases.Add((name, lease, isPrivate));
    }

    /// <summary>Formats a time in whole seconds, rounded up, so that a client never returns too early.</summary>
    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private Task WriteAsync(HttpResponse response)
    {
        var headers = response.Headers;
        var isRefusal = response.StatusCode == StatusCodes.Status429TooManyRequests;
        if (isRefusal)
            headers.RetryAfter = Seconds(_leases.Max(limit => limit.Lease.RetryAfter));

        headers[PolicyHeader] = string.Join(", ", _leases.Select(limit => string.Create(
            CultureInfo.InvariantCulture,
            $"\"{limit.Name}\";q={limit.Lease.Quota.Limit};w={Seconds(limit.Lease.Quota.Window)}")));
        headers[Header] = string.Join(", ", _leases.Where(limit => isRefusal || !limit.IsPrivate).Select(limit => string.Create(
            CultureInfo.InvariantCulture,
            $"\"{limit.Name}\";r={limit.Lease.Remaining};t={Seconds(limit.Lease.Backlog)}")));
        return Task.CompletedTask;
    }
}
