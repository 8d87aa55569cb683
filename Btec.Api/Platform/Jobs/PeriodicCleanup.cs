using System.Security.Cryptography;
using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.Jobs;

/// <summary>A background job that periodically deletes obsolete rows. The next run makes up for one that failed.</summary>
/// <param name="what">The name of the rows in the log.</param>
/// <param name="period">The time between two runs.</param>
internal abstract partial class PeriodicCleanup(
    string what, TimeSpan period, IServiceScopeFactory scopes, TimeProvider clock, ILogger logger) : BackgroundService
{
    /// <summary>The delay before the first run, so that it does not compete with start-up.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(1);

    /// <summary>The largest random addition to the first delay. It spreads instances that started together.</summary>
    private static readonly TimeSpan MaxJitter = TimeSpan.FromMinutes(1);

    /// <summary>The pause between two batches, in which other transactions get the database.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The time limit of a statement. Nobody waits for it, so it is longer than that of a request; a batch that takes
    /// longer is repeated by the next run. An estimate.</summary>
    private static readonly TimeSpan StatementLimit = TimeSpan.FromSeconds(30);

    protected TimeProvider Clock => clock;

    /// <summary>Deletes all obsolete rows in batches and returns their number.</summary>
    public abstract Task<int> RunOnceAsync(CancellationToken cancellationToken);

    /// <summary>Deletes batches, each with its own <c>DbContext</c>, until one is not full.</summary>
    protected async Task<int> DeleteInBatchesAsync<TRows>(
        int batchSize, Func<TRows, Task<int>> deleteBatch, CancellationToken cancellationToken)
        where TRows : notnull
    {
        var total = 0;
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<BtecDbContext>().Database.SetCommandTimeout(StatementLimit);
            var deleted = await deleteBatch(scope.ServiceProvider.GetRequiredService<TRows>());
            total += deleted;
            if (deleted < batchSize)
                return total;

            await Task.Delay(Pause, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var jitter = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)MaxJitter.TotalMilliseconds));
        await Task.Delay(FirstDelay + jitter, clock, stoppingToken);
        using var timer = new PeriodicTimer(period, clock);
        do
        {
            // Leaves the thread that fired the timer: SQLite is synchronous, and a test that advances its clock by days would
            // otherwise run every round inside that call.
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

    [LoggerMessage(LogLevel.Warning, "The {What} could not be deleted and will be retried: {Reason}")]
    private partial void LogFailed(string what, string reason);
}
