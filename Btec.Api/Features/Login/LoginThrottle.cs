using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Login;

/// <summary>Slows down whoever guesses the password of an account, in the network that the guesses come from. Nobody is locked out
/// anywhere else, nor the owner where they have logged in before.</summary>
public sealed class LoginThrottle(
    IAttemptStore attempts, KnownNetworks known, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics)
{
    /// <summary>Whether an attempt counts for nothing, be the password right or wrong.</summary>
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

    /// <summary>Forgets the failures where the owner has shown to be.</summary>
    public async Task ForgetAsync(string email, string? address)
    {
        if (options.Value.Enabled)
            await attempts.ForgetAsync(KeyOf(email, address));
    }

    private static AttemptKey KeyOf(string email, string? address) =>
        AttemptKey.Of("failures", EmailAddress.Normalize(email), ClientNetwork.NetworkOf(address));
}
