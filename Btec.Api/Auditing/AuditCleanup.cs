using Btec.Data.Auditing;
using Btec.Data.Entities;
using Microsoft.Extensions.Options;

namespace Btec.Api.Auditing;

/// <summary>Removes, in the background, events that are older than <c>Audit:Retention</c>; without that setting none.</summary>
public sealed partial class AuditCleanup(
    IServiceScopeFactory scopes, IOptions<AuditOptions> options, TimeProvider clock, ILogger<AuditCleanup> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Removes all there is, batch by batch. Returns how many events went.</summary>
    public async Task<int> RunOnceAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        var total = 0;
        for (short chain = 1; chain <= AuditChain.Count; chain++)
        {
            int removed;
            do
            {
                await using var scope = scopes.CreateAsyncScope();
                removed = await scope.ServiceProvider.GetRequiredService<AuditRetention>()
                    .PruneBatchAsync(chain, clock.GetUtcNow() - retention, cancellationToken);
                total += removed;
            }
            while (removed == AuditRetention.BatchSize);
        }

        return total;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Retention is not { } retention)
            return;

        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Task.Yield();
            try
            {
                var removed = await RunOnceAsync(retention, stoppingToken);
                if (removed > 0)
                    LogRemoved(removed, retention);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The next round finds what this one left.
                LogFailed(exception.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed {Count} audit events that were older than {Retention}.")]
    private partial void LogRemoved(int count, TimeSpan retention);

    [LoggerMessage(LogLevel.Warning, "Old audit events were not removed: {Reason}")]
    private partial void LogFailed(string reason);
}
