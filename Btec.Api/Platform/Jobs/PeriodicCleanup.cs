using Btec.Data.Model;
using Microsoft.EntityFrameworkCore;

namespace Btec.Api.Platform.Jobs;

/// <summary>A background job that periodically deletes obsolete rows. The next run makes up for one that failed.</summary>
/// <param name="what">The name of the rows in the log.</param>
/// <param name="period">The time between two runs.</param>
internal abstract partial class PeriodicCleanup(
    string what, TimeSpan period, IServiceScopeFactory scopes, TimeProvider clock, ILogger logger) : PeriodicJob(period, clock)
{
    /// <summary>The pause between two batches, in which other transactions get the database.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The time limit of a statement. Nobody waits for it, so it is longer than that of a request; a batch that takes
    /// longer is repeated by the next run. An estimate.</summary>
    private static readonly TimeSpan StatementLimit = TimeSpan.FromSeconds(30);

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

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var deleted = await RunOnceAsync(cancellationToken);
        if (deleted > 0)
            LogDeleted(deleted, what);
    }

    protected override void LogFailure(string reason) => LogFailed(what, reason);

    [LoggerMessage(LogLevel.Information, "Deleted {Count} {What}.")]
    private partial void LogDeleted(int count, string what);

    [LoggerMessage(LogLevel.Warning, "The {What} could not be deleted and will be retried: {Reason}")]
    private partial void LogFailed(string what, string reason);
}
