using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Login;

/// <summary>A throttle of password guessing, per account and client network. Logins from other networks, and from networks where
/// the owner has logged in before, are not throttled.</summary>
public sealed class LoginThrottle(
    IAttemptStore attempts, KnownNetworks known, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics)
{
    /// <summary>Determines whether an attempt is refused even if the password is right.</summary>
    public async Task<bool> IsThrottledAsync(string email, string? address, CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled
            || !await attempts.IsThrottledAsync(KeyOf(email, address))
            || await known.ContainsAsync(email, address, cancellationToken))
            return false;

        metrics.CountHeldLogin();
        return true;
    }

    /// <summary>Counts a wrong password.</summary>
    public async Task ReportFailureAsync(string email, string? address)
    {
        if (options.Value.Enabled)
            await attempts.FailAsync(KeyOf(email, address), options.Value.Slowdown.ToBackoff());
    }

    /// <summary>Forgets the failures of an account in a network, because its owner has authenticated there.</summary>
    public async Task ForgetAsync(string email, string? address)
    {
        if (options.Value.Enabled)
            await attempts.ForgetAsync(KeyOf(email, address));
    }

    private static AttemptKey KeyOf(string email, string? address) =>
        AttemptKey.Of("failures", EmailAddress.Normalize(email), ClientNetwork.NetworkOf(address));
}
