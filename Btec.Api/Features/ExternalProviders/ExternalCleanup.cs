using Btec.Api.Platform.Jobs;
using Btec.Data.Model;
using Btec.Data.Retention;

namespace Btec.Api.Features.ExternalProviders;

/// <summary>The background job that deletes external logins, codes and link tokens that nobody has used in time.</summary>
internal sealed class ExternalCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ExternalCleanup> logger)
    : PeriodicCleanup("unfinished external logins", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken) =>
        await DeleteInBatchesAsync<ExternalLoginPurge>(
            ExternalLoginPurge.BatchSize,
            purge => purge.DeleteLoginBatchAsync(Clock.GetStoredNow(), cancellationToken),
            cancellationToken)
        + await DeleteInBatchesAsync<ExternalLoginPurge>(
            ExternalLoginPurge.BatchSize,
            purge => purge.DeleteProofBatchAsync(Clock.GetStoredNow(), cancellationToken),
            cancellationToken);
}
