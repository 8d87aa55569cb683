using System.Globalization;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Tells a client where it stands, in the headers of draft-ietf-httpapi-ratelimit-headers-10, whatever the answer is.</summary>
public sealed class RateLimitReport
{
    public const string Header = "RateLimit";

    public const string PolicyHeader = "RateLimit-Policy";

    private readonly List<(string Name, RateLimitLease Lease)> _leases = [];

    /// <summary>Adds what one limit says about a request.</summary>
    public static void Add(HttpContext context, string name, RateLimitLease lease)
    {
        var report = context.Features.Get<RateLimitReport>();
        if (report is null)
        {
            report = new RateLimitReport();
            context.Features.Set(report);
            // At the last moment: whoever answers an exception clears the headers first.
            context.Response.OnStarting(state => ((RateLimitReport)state).WriteAsync(context.Response.Headers), report);
        }

        // Of two limits of one name the stricter is asked last.
        report._leases.RemoveAll(told => told.Name == name);
        report._leases.Add((name, lease));
    }

    /// <summary>Whole seconds, never too few.</summary>
    public static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private Task WriteAsync(IHeaderDictionary headers)
    {
        headers[PolicyHeader] = string.Join(", ", _leases.Select(
            limit => $"\"{limit.Name}\";q={limit.Lease.Quota.Limit.ToString(CultureInfo.InvariantCulture)};w={Seconds(limit.Lease.Quota.Window)}"));
        headers[Header] = string.Join(", ", _leases.Select(
            limit => $"\"{limit.Name}\";r={limit.Lease.Remaining.ToString(CultureInfo.InvariantCulture)};t={Seconds(limit.Lease.Backlog)}"));
        return Task.CompletedTask;
    }
}
