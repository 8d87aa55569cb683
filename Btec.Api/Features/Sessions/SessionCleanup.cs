using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.Sessions;

/// <summary>Deletes sessions one day after they have expired, unless another instance is doing so. A session that was ended early is kept
/// until then too.</summary>
public sealed class SessionCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SessionCleanup> logger)
    : PeriodicCleanup("expired sessions", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    /// <summary>The time for which an expired session is kept, so that a late reuse of its refresh token is still recognized.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<SessionPurge>(
        SessionPurge.BatchSize,
        async sessions => await sessions.DeleteBatchAsync(Clock.GetUtcNow() - Keep, cancellationToken) ?? 0,
        cancellationToken);
}
