using System.Security.Cryptography;

namespace Btec.Api.Platform.Jobs;

/// <summary>A background job that runs periodically. The next run makes up for one that failed.</summary>
/// <param name="period">The time between two runs.</param>
internal abstract class PeriodicJob(TimeSpan period, TimeProvider clock) : BackgroundService
{
    /// <summary>The delay before the first run, so that it does not compete with start-up.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(1);

    /// <summary>The largest random addition to the first delay. It spreads instances that started together.</summary>
    private static readonly TimeSpan MaxJitter = TimeSpan.FromMinutes(1);

    protected TimeProvider Clock => clock;

    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Logs why a run failed.</summary>
    protected abstract void LogFailure(string reason);

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
                await RunAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailure(exception.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
