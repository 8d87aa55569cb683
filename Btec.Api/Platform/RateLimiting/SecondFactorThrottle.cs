using System.Globalization;
using Btec.Api.Platform.Errors;
using Btec.Api.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>The limit of wrong codes of an account's authenticators. Passwords have limits of their own, and recovery codes need none: they
/// have 120 bits. At a login, only somebody who has shown the right password may count here, or strangers could use up the owner's
/// attempts. A session has attempts of its own, because whoever has stolen its token need not know the password.</summary>
internal sealed class SecondFactorThrottle(IAttemptStore attempts, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics)
{
    /// <summary>Counts a code as wrong before it is tried, so that simultaneous codes cannot all be tried before the first of them is
    /// counted.</summary>
    /// <returns>The lease. If it is not granted, the code must be refused, even if it is right.</returns>
    public Task<RateLimitLease> CountAheadAsync(int userId) => CountAheadAsync(AttemptKey.Of("second-factor", TextOf(userId)));

    /// <summary>Counts a code in a session as <see cref="CountAheadAsync(int)"/> does at a login.</summary>
    public Task<RateLimitLease> CountAheadAsync(int userId, Guid sessionId) =>
        CountAheadAsync(AttemptKey.Of("second-factor of a session", TextOf(userId), sessionId.ToString()));

    /// <summary>Returns the answer to a code that was refused without being tried.</summary>
    public static ProblemResult Refuse(RateLimitLease lease) =>
        new(AuthError.RateLimited, prepare: response => RateLimitReport.Add(response.HttpContext, "second-factor", lease));

    /// <summary>Takes back a code that was right, or that was not tried.</summary>
    public async Task GiveBackAsync(RateLimitLease lease) => await attempts.ReleaseAsync(lease);

    private async Task<RateLimitLease> CountAheadAsync(AttemptKey key)
    {
        var quota = options.Value.SecondFactor.ToQuota();
        if (!options.Value.Enabled)
            return new RateLimitLease(new AttemptLimit(key, quota), isGranted: true, backlog: TimeSpan.Zero);

        var lease = await attempts.AcquireAsync(key, quota);
        if (!lease.IsGranted)
            metrics.CountHeldCode();

        return lease;
    }

    private static string TextOf(int userId) => userId.ToString(CultureInfo.InvariantCulture);
}
