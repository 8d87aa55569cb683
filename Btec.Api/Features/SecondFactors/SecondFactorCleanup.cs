using Btec.Api.Platform.Jobs;
using Btec.Data.Model;
using Btec.Data.Retention;

namespace Btec.Api.Features.SecondFactors;

/// <summary>The background job that deletes what was begun with second factors and not finished in time.</summary>
internal sealed class SecondFactorCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SecondFactorCleanup> logger)
    : PeriodicCleanup("unfinished steps of second factors", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken) =>
        await DeleteInBatchesAsync<UnconfirmedTotpPurge>(
            UnconfirmedTotpPurge.BatchSize,
            authenticators => authenticators.DeleteBatchAsync(Clock.GetStoredNow() - TotpService.ConfirmWithin, cancellationToken),
            cancellationToken)
        + await DeleteInBatchesAsync<PasskeyChallengePurge>(
            PasskeyChallengePurge.BatchSize,
            challenges => challenges.DeleteBatchAsync(Clock.GetStoredNow(), cancellationToken),
            cancellationToken)
        + await DeleteInBatchesAsync<PendingLoginPurge>(
            PendingLoginPurge.BatchSize,
            logins => logins.DeleteBatchAsync(Clock.GetStoredNow(), cancellationToken),
            cancellationToken);
}
