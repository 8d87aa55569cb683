using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.Sessions;

/// <summary>Deletes sessions one day after their expiry, on one instance at a time. A logout does not change the expiry, so the
/// row of a session that was ended early stays until then.</summary>
internal sealed class SessionCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SessionCleanup> logger)
    : PeriodicCleanup("expired sessions", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    /// <summary>The time for which expired sessions are kept: one day, so that a late refresh token is answered with the reason,
    /// expired or ended, rather than as unknown. No standard sets it.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<SessionPurge>(
        SessionPurge.BatchSize,
        async sessions => await sessions.DeleteBatchAsync(Clock.GetUtcNow() - Keep, cancellationToken) ?? 0,
        cancellationToken);
}
