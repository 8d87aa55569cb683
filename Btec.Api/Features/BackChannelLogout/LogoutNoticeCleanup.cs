using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.BackChannelLogout;

/// <summary>The background job that deletes back-channel logouts a week after they were sent or abandoned.</summary>
internal sealed class LogoutNoticeCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LogoutNoticeCleanup> logger)
    : PeriodicCleanup("finished logout notices", TimeSpan.FromHours(1), scopes, clock, logger)
{
    /// <summary>The time for which a finished notice is kept, so that support can look up what happened to it.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<LogoutNoticePurge>(
        LogoutNoticePurge.BatchSize,
        notices => notices.DeleteBatchAsync(Clock.GetUtcNow() - Keep, cancellationToken),
        cancellationToken);
}
