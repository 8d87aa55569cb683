using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Login;

/// <summary>The back-off of failed logins to an account, for each client network. Other networks are not affected, and
/// neither are networks from which the owner has logged in before.</summary>
internal sealed class LoginThrottle(
    IAttemptStore attempts, KnownNetworks known, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics)
{
    /// <summary>Returns whether an attempt must be refused, even if its password is right.</summary>
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

    /// <summary>Clears the failures of the network from which the owner has just logged in.</summary>
    public async Task ForgetAsync(string email, string? address)
    {
        if (options.Value.Enabled)
            await attempts.ForgetAsync(KeyOf(email, address));
    }

    private static AttemptKey KeyOf(string email, string? address) =>
        AttemptKey.Of("failures", EmailAddress.Normalize(email), ClientNetwork.NetworkOf(address));
}
