using Btec.Data.Model;
using Btec.Data.Retention;

namespace Btec.Api.Platform.Jobs;

/// <summary>The background job that deletes expired one-time tokens.</summary>
internal sealed class OneTimeTokenCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<OneTimeTokenCleanup> logger)
    : PeriodicCleanup("expired one-time tokens", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<OneTimeTokenPurge>(
        OneTimeTokenPurge.BatchSize,
        tokens => tokens.DeleteBatchAsync(Clock.GetStoredNow(), cancellationToken),
        cancellationToken);
}
