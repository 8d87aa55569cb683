using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Login;

/// <summary>The back-off of failed logins to an account, for each client network. Other networks are not affected. A network in
/// which the owner has an active session has its own, much later delays.</summary>
internal sealed class LoginThrottle(IAttemptStore attempts, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics)
{
    /// <summary>Counts an attempt as failed before its password is verified.</summary>
    /// <param name="isKnown"><see langword="true"/> if the owner has an active session in the network.</param>
    /// <returns>The lease. If it is not granted, the attempt must be refused, even if its password is right.</returns>
    public async Task<FailureLease> CountAheadAsync(string email, string? address, bool isKnown)
    {
        if (!options.Value.Enabled)
            return new FailureLease(IsGranted: true, HeldUntil: 0);

        var backoff = isKnown ? options.Value.KnownSlowdown : options.Value.Slowdown;
        var lease = await attempts.CountAheadAsync(KeyOf(email, address), backoff.ToBackoff());
        if (!lease.IsGranted)
            metrics.CountHeldLogin();

        return lease;
    }

    /// <summary>Takes back an attempt that has verified no password, or that had the right one.</summary>
    public async Task GiveBackAsync(string email, string? address, FailureLease lease)
    {
        if (options.Value.Enabled && lease.IsGranted)
            await attempts.GiveBackAsync(KeyOf(email, address), lease);
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
