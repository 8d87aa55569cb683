using System.Security.Cryptography;

namespace Btec.Api.Platform.Jobs;

/// <summary>Deletes, in the background and in rounds, what nobody needs any more. A round that fails leaves its work to the next.</summary>
/// <param name="what">What is deleted, for the log.</param>
/// <param name="period">From one round to the next.</param>
public abstract partial class PeriodicCleanup(
    string what, TimeSpan period, IServiceScopeFactory scopes, TimeProvider clock, ILogger logger) : BackgroundService
{
    /// <summary>The start and its first requests come first.</summary>
    private static readonly TimeSpan FirstRound = TimeSpan.FromMinutes(1);

    /// <summary>Instances that started together spread over this time.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromMinutes(1);

    /// <summary>Between two batches others get their turn.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected TimeProvider Clock => clock;

    /// <summary>Deletes all there is, batch by batch. Returns how many rows went.</summary>
    public abstract Task<int> RunOnceAsync(CancellationToken cancellationToken);

    /// <summary>Asks for batches, each with a context of its own, until one is not full.</summary>
    protected async Task<int> DeleteInBatchesAsync<TRows>(int batchSize, Func<TRows, Task<int>> deleteBatch, CancellationToken cancellationToken)
        where TRows : notnull
    {
        var total = 0;
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var deleted = await deleteBatch(scope.ServiceProvider.GetRequiredService<TRows>());
            total += deleted;
            if (deleted < batchSize)
                return total;

            await Task.Delay(Pause, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(
            FirstRound + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)Spread.TotalMilliseconds)), clock, stoppingToken);
        using var timer = new PeriodicTimer(period, clock);
        do
        {
            // Elsewhere than on the thread that fired the timer: SQLite works synchronously, and a clock that a test moves by days would
            // run every round on the way.
            await Task.Yield();
            try
            {
                var deleted = await RunOnceAsync(stoppingToken);
                if (deleted > 0)
                    LogDeleted(deleted, what);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(what, exception.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "Deleted {Count} {What}.")]
    private partial void LogDeleted(int count, string what);

    [LoggerMessage(LogLevel.Warning, "The {What} were not deleted: {Reason}")]
    private partial void LogFailed(string what, string reason);
}
