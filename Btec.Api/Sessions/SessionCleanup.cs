using System.Security.Cryptography;
using Btec.Data;

namespace Btec.Api.Sessions;

/// <summary>Deletes, in the background, sessions that have been over for a day.</summary>
public sealed partial class SessionCleanup(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SessionCleanup> logger) : BackgroundService
{
    /// <summary>What is over stays this long, so that a late copy of its refresh token is still told apart from an unknown one.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <summary>The start and its first requests come first.</summary>
    private static readonly TimeSpan FirstRound = TimeSpan.FromMinutes(1);

    /// <summary>Instances that started together spread over this time.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromMinutes(1);

    /// <summary>Between two batches others get their turn.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Deletes all there is, batch by batch, unless another instance is at it. Returns how many sessions went.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var deleted = await scope.ServiceProvider.GetRequiredService<ExpiredSessions>()
                .DeleteBatchAsync(clock.GetUtcNow() - Keep, cancellationToken);
            total += deleted ?? 0;
            if (deleted is null or < ExpiredSessions.BatchSize)
                return total;

            await Task.Delay(Pause, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(
            FirstRound + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)Spread.TotalMilliseconds)), clock, stoppingToken);
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
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
        while (await WaitForNextRoundAsync(timer, stoppingToken));
    }

    /// <summary>Goes on elsewhere than on the thread that fired the timer: SQLite works synchronously, and a clock that a test moves
    /// by days would run every round on the way.</summary>
    private static async Task<bool> WaitForNextRoundAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        var next = await timer.WaitForNextTickAsync(stoppingToken);
        await Task.Yield();
        return next;
    }

    [LoggerMessage(LogLevel.Information, "Deleted {Count} sessions that were over.")]
    private partial void LogDeleted(int count);

    [LoggerMessage(LogLevel.Warning, "Sessions that are over were not deleted: {Reason}")]
    private partial void LogFailed(string reason);
}
