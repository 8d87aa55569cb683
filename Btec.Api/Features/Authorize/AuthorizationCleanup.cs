using Btec.Api.Platform.Jobs;
using Btec.Data.Model;
using Btec.Data.Retention;

namespace Btec.Api.Features.Authorize;

/// <summary>The background job that deletes authorization requests that nobody has answered, and old authorization codes.</summary>
internal sealed class AuthorizationCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<AuthorizationCleanup> logger)
    : PeriodicCleanup("old authorization requests and codes", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken) =>
        await DeleteInBatchesAsync<AuthorizationPurge>(
            AuthorizationPurge.BatchSize,
            purge => purge.DeleteRequestBatchAsync(Clock.GetStoredNow(), cancellationToken),
            cancellationToken)
        + await DeleteInBatchesAsync<AuthorizationPurge>(
            AuthorizationPurge.BatchSize,
            purge => purge.DeleteCodeBatchAsync(Clock.GetStoredNow() - AuthorizationPurge.CodesKeptAfterExpiry, cancellationToken),
            cancellationToken);
}
