using Btec.Data.Model;
using Btec.Data.Retention;

namespace Btec.Api.Platform.Jobs;

/// <summary>Deletes links whose time is over.</summary>
public sealed class OneTimeTokenCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<OneTimeTokenCleanup> logger)
    : PeriodicCleanup("links whose time is over", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<OneTimeTokenPurge>(
        OneTimeTokenPurge.BatchSize, links => links.DeleteBatchAsync(Clock.GetStoredNow(), cancellationToken), cancellationToken);
}
