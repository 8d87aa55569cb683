using Btec.Api.Platform.Jobs;
using Btec.Data.Retention;

namespace Btec.Api.Features.BackChannelLogout;

/// <summary>The background job that deletes back-channel logouts a week after they were sent or abandoned.</summary>
internal sealed class LogoutNoticeCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<LogoutNoticeCleanup> logger)
    : PeriodicCleanup("finished logout notices", TimeSpan.FromHours(1), scopes, clock, logger)
{
    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => DeleteInBatchesAsync<LogoutNoticePurge>(
        LogoutNoticePurge.BatchSize,
        notices => notices.DeleteBatchAsync(Clock.GetUtcNow() - LogoutNoticePurge.KeptAfterEnd, cancellationToken),
        cancellationToken);
}
