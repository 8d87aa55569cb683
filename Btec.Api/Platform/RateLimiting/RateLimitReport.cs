using System.Globalization;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The rate-limit headers of a response (draft-ietf-httpapi-ratelimit-headers-10).</summary>
internal sealed class RateLimitReport
{
    public const string Header = "RateLimit";

    public const string PolicyHeader = "RateLimit-Policy";

    private readonly List<(string Name, RateLimitLease Lease)> _leases = [];

    /// <summary>Adds the lease of one limit to the headers of the response.</summary>
    public static void Add(HttpContext context, string name, RateLimitLease lease)
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
        report._leases.Add((name, lease));
    }

    /// <summary>Formats a time in whole seconds, rounded up, so that a client never returns too early.</summary>
    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private Task WriteAsync(HttpResponse response)
    {
        var headers = response.Headers;
        if (response.StatusCode == StatusCodes.Status429TooManyRequests)
            headers.RetryAfter = Seconds(_leases.Max(limit => limit.Lease.RetryAfter));

        headers[PolicyHeader] = string.Join(", ", _leases.Select(limit => string.Create(
            CultureInfo.InvariantCulture,
            $"\"{limit.Name}\";q={limit.Lease.Quota.Limit};w={Seconds(limit.Lease.Quota.Window)}")));
        headers[Header] = string.Join(", ", _leases.Select(limit => string.Create(
            CultureInfo.InvariantCulture,
            $"\"{limit.Name}\";r={limit.Lease.Remaining};t={Seconds(limit.Lease.Backlog)}")));
        return Task.CompletedTask;
    }
}
