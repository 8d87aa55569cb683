using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.Sessions;

/// <summary>Deletes sessions that have been over for a day, unless another instance is at it.</summary>
public sealed class SessionCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SessionCleanup> logger)
    : PeriodicCleanup("sessions that are over", TimeSpan.FromMinutes(10), scopes, clock, logger)
{
    /// <summary>What is over stays this long, so that a late copy of its refresh token is still told apart from an unknown one.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<SessionPurge>(
        SessionPurge.BatchSize,
        async sessions => await sessions.DeleteBatchAsync(Clock.GetUtcNow() - Keep, cancellationToken) ?? 0,
        cancellationToken);
}
