using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.Sessions;

/// <summary>Deletes sessions one day after they expired, unless another instance is deleting. A session that was ended earlier,
/// by a logout for example, is kept for the same time: until one day after its expiry.</summary>
public sealed class SessionCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SessionCleanup> logger)
    : PeriodicCleanup("expired sessions", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    /// <summary>The time for which an expired session is kept, so that a late refresh is answered as expired and not as unknown.
    /// One day is an estimate.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<SessionPurge>(
        SessionPurge.BatchSize,
        async sessions => await sessions.DeleteBatchAsync(Clock.GetUtcNow() - Keep, cancellationToken) ?? 0,
        cancellationToken);
}
