using Btec.Data.Mailing;

namespace Btec.Api.Mail;

/// <summary>Deletes, in the background, mails that were sent or given up a week ago.</summary>
public sealed partial class MailCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<MailCleanup> logger) : BackgroundService
{
    /// <summary>For whoever has to find out what became of a mail.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Between two batches others get their turn.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Deletes all there is, batch by batch. Returns how many mails went.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var deleted = await scope.ServiceProvider.GetRequiredService<FinishedMails>()
                .DeleteBatchAsync(clock.GetUtcNow() - Keep, cancellationToken);
            total += deleted;
            if (deleted < FinishedMails.BatchSize)
                return total;

            await Task.Delay(Pause, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Elsewhere than on the thread that fired the timer: SQLite works synchronously.
            await Task.Yield();
            try
            {
                var deleted = await RunOnceAsync(stoppingToken);
                if (deleted > 0)
                    LogDeleted(deleted);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The next round finds what this one left.
                LogFailed(exception.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Deleted {Count} mails that were finished a week ago.")]
    private partial void LogDeleted(int count);

    [LoggerMessage(LogLevel.Warning, "Finished mails were not deleted: {Reason}")]
    private partial void LogFailed(string reason);
}
