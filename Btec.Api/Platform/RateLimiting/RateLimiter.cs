using Btec.Api.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Btec.Api.Platform.RateLimiting;

/// <summary>Decides whether a request is within its limits.</summary>
internal sealed class RateLimiter(IAttemptStore attempts, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics)
{
    private const string Address = "address";

    private const string Account = "account";

    public bool IsEnabled => options.Value.Enabled;

    /// <summary>Counts a request from an address, in every network that contains it, and returns whether it is admitted. A refused
    /// request counts nowhere.</summary>
    public async ValueTask<bool> AdmitAddressAsync(HttpContext context, RatePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(context);
        var scopes = ClientNetwork.ScopesOf(context.Connection.RemoteIpAddress);
        var limits = policy.Find(options.Value);
        var leases = await attempts.AcquireAsync(
            [.. scopes.Select(scope => new AttemptLimit(AttemptKey.Of(policy.Name, Address, scope.Prefix), limits.QuotaOf(scope.Scope)))]);
        var strictest = scopes.Zip(leases)
            .OrderByDescending(limit => limit.Second.RetryAfter).ThenBy(limit => limit.Second.Remaining).First();
        RateLimitReport.Add(context, Address, strictest.Second);
        if (leases.All(lease => lease.IsGranted))
            return true;

        metrics.CountRejection(policy.Name, strictest.First.Scope.ToString().ToLowerInvariant());
        return false;
    }

    /// <summary>Counts a request for an account, a link or a token, and returns whether it is admitted.</summary>
    public async ValueTask<bool> AdmitAccountAsync(HttpContext context, RatePolicy policy, string account)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (policy.Find(options.Value).PerAccount is not { } limit)
            return true;

        var lease = await attempts.AcquireAsync(AttemptKey.Of(policy.Name, Account, account), limit.ToQuota());
        context.RequestServices.GetRequiredService<AccountLeases>().Add(lease);
        RateLimitReport.Add(context, Account, lease, isPrivate: policy.HidesAccount);
        if (lease.IsGranted || (policy.ExemptsKnownNetworks && await IsFromOwnersNetworkAsync(context, account)))
            return true;

        metrics.CountRejection(policy.Name, Account);
        return false;
    }

    private static Task<bool> IsFromOwnersNetworkAsync(HttpContext context, string account) =>
        context.RequestServices.GetRequiredService<KnownNetworks>()
            .ContainsAsync(account, context.Connection.RemoteIpAddress?.ToString(), context.RequestAborted);
}
