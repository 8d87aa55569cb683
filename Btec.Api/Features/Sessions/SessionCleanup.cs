using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.Sessions;

/// <summary>Deletes sessions one day after their expiry, on one instance at a time. A logout does not change the expiry, so the
/// row of a session that was ended early stays until then.</summary>
internal sealed class SessionCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SessionCleanup> logger)
    : PeriodicCleanup("expired sessions", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<SessionPurge>(
        SessionPurge.BatchSize,
        async sessions => await sessions.DeleteBatchAsync(Clock.GetUtcNow() - SessionPurge.KeptAfterExpiry, cancellationToken) ?? 0,
        cancellationToken);
}
