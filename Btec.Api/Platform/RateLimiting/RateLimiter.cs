using Btec.Api.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Decides whether a request is within its limits.</summary>
internal sealed class RateLimiter(IAttemptStore attempts, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics)
{
    public bool IsEnabled => options.Value.Enabled;

    /// <summary>Counts a request from an address and returns whether it is admitted.</summary>
    public ValueTask<bool> AdmitAddressAsync(HttpContext context, RatePolicy policy) => AdmitAsync(
        context, policy, "address", ClientNetwork.ClientOf(context.Connection.RemoteIpAddress), policy.Find(options.Value).PerAddress);

    /// <summary>Counts a request for an account, a link or a token, and returns whether it is admitted.</summary>
    public ValueTask<bool> AdmitAccountAsync(HttpContext context, RatePolicy policy, string account) => AdmitAsync(
        context,
        policy,
        "account",
        account,
        policy.Find(options.Value).PerAccount,
        () => policy.ExemptsKnownNetworks ? IsFromOwnersNetworkAsync(context, account) : Task.FromResult(false));

    private static Task<bool> IsFromOwnersNetworkAsync(HttpContext context, string account) =>
        context.RequestServices.GetRequiredService<KnownNetworks>()
            .ContainsAsync(account, context.Connection.RemoteIpAddress?.ToString(), context.RequestAborted);

    private async ValueTask<bool> AdmitAsync(
        HttpContext context, RatePolicy policy, string by, string who, QuotaOptions quota, Func<Task<bool>>? isSpared = null)
    {
        var lease = await attempts.AcquireAsync(AttemptKey.Of(policy.Name, by, who), quota.ToQuota());
        RateLimitReport.Add(context, by, lease);
        if (lease.IsGranted || (isSpared is not null && await isSpared()))
            return true;

        metrics.CountRejection(policy.Name, by);
        context.Response.Headers.RetryAfter = RateLimitReport.Seconds(lease.RetryAfter);
        return false;
    }
}
