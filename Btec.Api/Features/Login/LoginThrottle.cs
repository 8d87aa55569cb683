using Btec.Api.Platform.RateLimiting;
using Btec.Api.Platform.Telemetry;
using Btec.Data.Accounts;
using Microsoft.Extensions.Options;

namespace Btec.Api.Features.Login;

/// <summary>The back-off of failed logins to an account, for each client network. Other networks are not affected. A network in
/// which the owner is known has its own counter and much later delays.</summary>
/// <remarks>What does not count as a failure does not count for the limit of the account either: otherwise the <c>RateLimit</c>
/// headers would tell strangers when the owner logs in.</remarks>
internal sealed class LoginThrottle(
    IAttemptStore attempts, IOptions<RateLimitingOptions> options, RateLimitMetrics metrics, AccountLeases account)
{
    /// <summary>Counts an attempt as failed before its password is verified.</summary>
    /// <param name="isKnown"><see langword="true"/> if the owner is known in the network.</param>
    /// <returns>The lease. If it is not granted, the attempt must be refused, even if its password is right.</returns>
    public async Task<FailureLease> CountAheadAsync(string email, string? address, bool isKnown)
    {
        if (!options.Value.Enabled)
            return new FailureLease(IsGranted: true, HeldUntil: 0);

        var backoff = isKnown ? options.Value.KnownSlowdown : options.Value.Slowdown;
        var lease = await attempts.CountAheadAsync(KeyOf(email, address, isKnown), backoff.ToBackoff());
        if (!lease.IsGranted)
            metrics.CountHeldLogin();

        return lease;
    }

    /// <summary>Takes back an attempt that has verified no password, or that had the right one.</summary>
    public async Task GiveBackAsync(string email, string? address, bool isKnown, FailureLease lease)
    {
        if (options.Value.Enabled && lease.IsGranted)
            await attempts.GiveBackAsync(KeyOf(email, address, isKnown), lease);

        await account.ReleaseAsync();
    }

    /// <summary>Clears the failures of the network from which the owner has just logged in, of both counters: the login may have
    /// made the network known.</summary>
    public async Task ForgetAsync(string email, string? address)
    {
        if (!options.Value.Enabled)
            return;

        await attempts.ForgetAsync(KeyOf(email, address, isKnown: true));
        await attempts.ForgetAsync(KeyOf(email, address, isKnown: false));
        await account.ReleaseAsync();
    }

    private static AttemptKey KeyOf(string email, string? address, bool isKnown) =>
        AttemptKey.Of("failures", EmailAddress.Normalize(email), ClientNetwork.NetworkOf(address), isKnown ? "known" : "other");
}
