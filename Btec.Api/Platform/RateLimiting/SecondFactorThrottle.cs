using System.Globalization;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The limit of wrong codes of an account's second factor. Passwords have limits of their own. Only somebody who has shown the
/// right password may count here, or strangers could use up the owner's attempts.</summary>
internal sealed class SecondFactorThrottle(IAttemptStore attempts, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics)
{
    /// <summary>Counts a code as wrong before it is tried, so that simultaneous codes cannot all be tried before the first of them is
    /// counted.</summary>
    /// <returns>The lease. If it is not granted, the code must be refused, even if it is right.</returns>
    public async Task<RateLimitLease> CountAheadAsync(int userId)
    {
        var key = AttemptKey.Of("second-factor", userId.ToString(CultureInfo.InvariantCulture));
        var quota = options.Value.SecondFactor.ToQuota();
        if (!options.Value.Enabled)
            return new RateLimitLease(new AttemptLimit(key, quota), isGranted: true, backlog: TimeSpan.Zero);

        var lease = await attempts.AcquireAsync(key, quota);
        if (!lease.IsGranted)
            metrics.CountHeldCode();

        return lease;
    }

    /// <summary>Returns the answer to a code that was refused without being tried.</summary>
    public static ProblemResult Refuse(RateLimitLease lease) =>
        new(AuthError.RateLimited, prepare: response => RateLimitReport.Add(response.HttpContext, "second-factor", lease));

    /// <summary>Takes back a code that was right, or that was not tried.</summary>
    public async Task GiveBackAsync(RateLimitLease lease) => await attempts.ReleaseAsync(lease);
}
